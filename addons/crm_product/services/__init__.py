"""What is computed for products and priced documents."""
