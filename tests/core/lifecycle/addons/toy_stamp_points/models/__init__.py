"""What the bridge adds."""
