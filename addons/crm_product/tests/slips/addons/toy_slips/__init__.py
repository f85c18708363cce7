"""A document with prices, as small as it can be."""
