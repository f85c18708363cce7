"""The records of this addon."""

from addons.crm_purchase.models.order import PurchaseLine, PurchaseOrder
from addons.crm_purchase.models.proposal import Proposal
from addons.crm_purchase.models.receipt import GoodsReceipt, GoodsReceiptLine
from addons.crm_purchase.models.supplier import Supplier, SupplierContact, SupplierProduct

__all__ = [
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Proposal",
    "PurchaseLine",
    "PurchaseOrder",
    "Supplier",
    "SupplierContact",
    "SupplierProduct",
]  # fmt: skip
