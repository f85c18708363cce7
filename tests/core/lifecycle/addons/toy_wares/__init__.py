"""A toy: a shop with articles."""
