"""`make bench`: how long the product takes at 200,000 leads, side by side with plain psycopg2 in the same run."""
