"""What the steps of quotes, contracts, orders and deliveries do."""
