"""Where this addon's screens stand in the navigation tree."""

from addons.crm_purchase.views import (
    GoodsReceiptList,
    ProposalList,
    PurchaseOrderList,
    SupplierList,
    SupplierProductList,
)
from core.api import _, menu

menus = [
    menu("crm_purchase", _("Purchase"), sequence=60, icon="briefcase"),
    menu("crm_purchase.proposals", _("Proposals"), parent="crm_purchase", view=ProposalList, sequence=10, icon="note"),
    menu("crm_purchase.orders", _("Purchase orders"), parent="crm_purchase", view=PurchaseOrderList, preset="open",
         sequence=20, icon="clipboard-list"),
    menu("crm_purchase.receipts", _("Receipts"), parent="crm_purchase", view=GoodsReceiptList, sequence=30,
         icon="package"),
    menu("crm_purchase.suppliers", _("Suppliers"), parent="crm_purchase", view=SupplierList, sequence=40,
         icon="building"),
    menu("crm_purchase.supplied", _("Supplied products"), parent="crm_purchase", view=SupplierProductList,
         sequence=50, icon="tag"),
]  # fmt: skip
