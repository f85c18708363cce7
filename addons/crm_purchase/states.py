"""States of purchase orders, receipts and proposals."""

from core.api import State, _

DRAFT = State("draft", _("Draft"), colour="azure")
APPROVED = State("approved", _("Approved"), colour="blue")
SENT = State("sent", _("Sent"), colour="indigo")
PARTLY = State("partly", _("Partly received"), colour="orange")
RECEIVED = State("received", _("Received"), colour="lime")
CLOSED = State("closed", _("Closed"), final=True, colour="green")
CANCELLED = State("cancelled", _("Cancelled"), final=True)

EXPECTED = (SENT, PARTLY)
"""Goods are on their way."""
WITH_SUPPLIER = (SENT, PARTLY, RECEIVED)
"""The supplier has the order, and goods may come or go back."""

RECEIPT_DRAFT = State("draft", _("Draft"), colour="azure")
RECEIPT_POSTED = State("posted", _("Posted"), colour="green")
RECEIPT_REVERSED = State("reversed", _("Reversed"), final=True, colour="orange")

PROPOSED = State("proposed", _("Proposed"), colour="azure")
ORDERED = State("ordered", _("Ordered"), final=True, colour="green")
DISMISSED = State("dismissed", _("Dismissed"), final=True)
