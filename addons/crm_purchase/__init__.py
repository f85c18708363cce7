"""Suppliers, purchase orders and what is received on them."""
