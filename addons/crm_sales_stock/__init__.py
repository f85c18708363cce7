"""Where orders meet stock: goods are kept at confirmation and leave with the delivery."""
