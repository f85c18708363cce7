"""Who may do what in purchase: buyers work, the purchasing manager approves. Salespeople see nothing of it."""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_purchase.models import GoodsReceipt, Proposal, PurchaseOrder, Supplier
from addons.crm_purchase.roles import BUYER, PURCHASE_MANAGER
from core.api import grant

_EVERYTHING = "read create update delete export import print"

grants = [
    *(
        grant(role, model, _EVERYTHING)
        for role in (BUYER, PURCHASE_MANAGER, GENERAL_MANAGER)
        for model in (Supplier, Proposal)
    ),
    *(grant(role, model, f"{_EVERYTHING} receive")
      for role in (BUYER, PURCHASE_MANAGER, GENERAL_MANAGER)
      for model in (PurchaseOrder, GoodsReceipt)),
    *(grant(role, PurchaseOrder, "approve") for role in (PURCHASE_MANAGER, GENERAL_MANAGER)),
]  # fmt: skip
