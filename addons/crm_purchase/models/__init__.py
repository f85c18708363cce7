"""The records of this addon."""

from addons.crm_purchase.models.order import PurchaseLine, PurchaseOrder
from addons.crm_purchase.models.proposal import Proposal
from addons.crm_purchase.models.receipt import Receipt, ReceiptLine
from addons.crm_purchase.models.supplier import Supplier, SupplierContact, SupplierProduct

__all__ = [
    "Proposal", "PurchaseLine", "PurchaseOrder", "Receipt", "ReceiptLine", "Supplier", "SupplierContact",
    "SupplierProduct",
]  # fmt: skip
