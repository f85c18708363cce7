"""What a company begins with: the numbers of suppliers, orders and receipts."""

from core.api import _, numbering

SUPPLIERS = numbering("crm_purchase.supplier", title=_("Suppliers"), prefix="V", width=5)
ORDERS = numbering("crm_purchase.order", title=_("Purchase orders"), prefix="PO", date_pattern="YYYYMM", width=4,
                   reset="month")  # fmt: skip
RECEIPTS = numbering("crm_purchase.receipt", title=_("Receipts"), prefix="GR", date_pattern="YYYYMM", width=4,
                     reset="month")  # fmt: skip
