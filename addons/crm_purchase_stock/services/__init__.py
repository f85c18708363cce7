"""How stock follows purchase."""
