"""States of receivables, receipts, invoices and expenses (processes P7 and P24)."""

from core.api import State, _

OPEN = State("open", _("In force"), colour="blue")
CANCELLED = State("cancelled", _("Cancelled"), final=True)

DRAFT = State("draft", _("Draft"), colour="azure")
POSTED = State("posted", _("Posted"), colour="green")
REVERSED = State("reversed", _("Reversed"), final=True, colour="orange")

REQUESTED = State(
    "requested", _("To be issued"), colour="azure",
    note=_("Accounting issues the invoice, and records its number and day here."),
)  # fmt: skip
ISSUED = State("issued", _("Issued"), colour="green")
VOID = State("void", _("Void"), final=True)

SUBMITTED = State("submitted", _("Submitted"), colour="blue")
APPROVED = State("approved", _("Approved"), colour="lime")
PAID = State("paid", _("Paid"), final=True, colour="green")
REJECTED = State(
    "rejected", _("Rejected"), aside=True, colour="orange",
    note=_("Whoever entered it mends what the reason says, and submits it again."),
)  # fmt: skip
