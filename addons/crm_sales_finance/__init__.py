"""Receivables, credit and expenses of sales orders and contracts."""
