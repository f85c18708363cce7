"""What happens to purchase orders, receipts and proposals."""
