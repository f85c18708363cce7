"""The screens of this addon."""

from addons.crm_purchase.views.order import (
    PurchaseLineForm,
    PurchaseLineList,
    PurchaseOrderForm,
    PurchaseOrderList,
)
from addons.crm_purchase.views.proposal import ProposalForm, ProposalList
from addons.crm_purchase.views.receipt import ReceiptForm, ReceiptLineForm, ReceiptLineList, ReceiptList
from addons.crm_purchase.views.supplier import (
    SupplierContactForm,
    SupplierContactList,
    SupplierForm,
    SupplierList,
    SupplierProductForm,
    SupplierProductList,
)

__all__ = [
    "ProposalForm", "ProposalList", "PurchaseLineForm", "PurchaseLineList", "PurchaseOrderForm", "PurchaseOrderList",
    "ReceiptForm", "ReceiptLineForm", "ReceiptLineList", "ReceiptList", "SupplierContactForm", "SupplierContactList",
    "SupplierForm", "SupplierList", "SupplierProductForm", "SupplierProductList",
]  # fmt: skip
