"""Expenses of leads and opportunities."""
