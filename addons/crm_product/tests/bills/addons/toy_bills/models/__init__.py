"""A bill and its lines."""

from toy_bills.models.bill import Bill, BillLine

__all__ = ["Bill", "BillLine"]
