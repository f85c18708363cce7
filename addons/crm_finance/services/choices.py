"""Codes that the program knows."""

from core.api import _

KINDS = [("instalment", _("Instalment")), ("opening", _("Opening balance"))]

SITUATIONS = [
    ("planned", _("Planned")), ("due_soon", _("Due soon")), ("due", _("Due today")), ("overdue", _("Overdue")),
    ("part", _("Partly received")), ("received", _("Received")), ("written_off", _("Written off")),
    ("cancelled", _("Cancelled")),
]  # fmt: skip

RESULTS = [
    ("promised", _("Payment promised")), ("paid", _("Says it is paid")), ("dispute", _("Disputed")),
    ("unreached", _("Not reached")), ("other", _("Other result")),
]  # fmt: skip

RECEIPT_KINDS = [
    ("receipt", _("Receipt")), ("advance", _("Advance receipt")), ("refund", _("Refund")),
    ("opening", _("Opening credit")),
]  # fmt: skip

ACCOUNT_KINDS = [("bank", _("Bank account")), ("cash", _("Cash box")), ("online", _("Online payment"))]

MATCHING_KINDS = [("payment", _("Payment")), ("refund", _("Refund")), ("write_off", _("Write-off"))]

MOVEMENTS = [
    ("brought", _("Brought forward")), ("closing", _("Closing balance")), ("opening", _("Opening balance")),
    ("instalment", _("Instalment")), ("cancelled", _("Cancelled")), ("receipt", _("Receipt")),
    ("advance", _("Advance receipt")), ("refund", _("Refund")), ("reversal", _("Reversal")),
    ("write_off", _("Write-off")),
]  # fmt: skip
