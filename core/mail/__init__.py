"""Mail that leaves the product: a row for each, sent by a job, tried again, told to who sent it."""
