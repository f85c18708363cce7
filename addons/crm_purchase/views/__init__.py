"""The screens of this addon."""

from addons.crm_purchase.views.order import (
    PurchaseLineForm,
    PurchaseLineList,
    PurchaseOrderForm,
    PurchaseOrderList,
    PurchaseOrderPaper,
)
from addons.crm_purchase.views.proposal import ProposalForm, ProposalList
from addons.crm_purchase.views.receipt import (
    GoodsReceiptForm,
    GoodsReceiptLineForm,
    GoodsReceiptLineList,
    GoodsReceiptList,
)
from addons.crm_purchase.views.supplier import (
    SupplierContactForm,
    SupplierContactList,
    SupplierForm,
    SupplierList,
    SupplierProductForm,
    SupplierProductList,
)

__all__ = [
    "GoodsReceiptForm",
    "GoodsReceiptLineForm",
    "GoodsReceiptLineList",
    "GoodsReceiptList",
    "ProposalForm",
    "ProposalList",
    "PurchaseLineForm",
    "PurchaseLineList",
    "PurchaseOrderForm",
    "PurchaseOrderList",
    "PurchaseOrderPaper",
    "SupplierContactForm",
    "SupplierContactList",
    "SupplierForm",
    "SupplierList",
    "SupplierProductForm",
    "SupplierProductList",
]  # fmt: skip
