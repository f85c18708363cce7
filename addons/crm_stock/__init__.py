"""Warehouses, stock documents, reservations, and what lies where at any time."""
