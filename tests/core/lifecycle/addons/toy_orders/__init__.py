"""A toy addon."""
