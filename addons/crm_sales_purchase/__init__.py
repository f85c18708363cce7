"""Purchase for what sales orders lack."""
