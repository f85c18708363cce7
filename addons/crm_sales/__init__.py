"""Quotes, contracts and sales orders, and how orders are fulfilled."""
