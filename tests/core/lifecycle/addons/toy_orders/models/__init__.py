"""What points add to the shop."""
