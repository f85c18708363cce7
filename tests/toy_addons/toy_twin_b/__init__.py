"""One of two addons whose models have the same names."""
