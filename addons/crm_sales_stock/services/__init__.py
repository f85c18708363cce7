"""What happens in stock when orders move on."""
