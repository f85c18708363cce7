"""Purchase orders with stock: what is on the way, comes in and goes back."""
