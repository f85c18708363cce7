"""The bridge between points and stamps."""
