"""Products, units, taxes, prices, and what every priced document is made of."""
