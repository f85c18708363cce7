"""What stamps add."""
