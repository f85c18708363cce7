"""Models of the crates."""
