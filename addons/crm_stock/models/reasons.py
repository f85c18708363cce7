"""Why goods come and go."""

from typing import Final

from core.api import _

IN_REASONS: Final = [
    ("opening", _("Opening stock")), ("purchase", _("Purchase")), ("production", _("Production")),
    ("sales_return", _("Sales return")), ("other_in", _("Other stock-in")),
]  # fmt: skip
OUT_REASONS: Final = [
    ("delivery", _("Sales delivery")), ("requisition", _("Requisition")), ("spare_parts", _("Spare parts")),
    ("purchase_return", _("Purchase return")), ("other_out", _("Other stock-out")),
]  # fmt: skip
REASONS: Final = [*IN_REASONS, *OUT_REASONS]
