"""Where warehouse and stock documents stand on the screens of purchase."""

from addons.crm_purchase.models import GoodsReceipt, PurchaseOrder
from addons.crm_purchase.views import GoodsReceiptForm, PurchaseOrderForm, PurchaseOrderList
from addons.crm_purchase_stock.models import StockedOrder, StockedReceipt
from core.api import after


class StockedOrderForm(PurchaseOrderForm, extend=True):
    changes = [after(PurchaseOrder.expected_on, StockedOrder.warehouse)]


class StockedOrderList(PurchaseOrderList, extend=True):
    filters = [StockedOrder.warehouse]


class StockedReceiptForm(GoodsReceiptForm, extend=True):
    changes = [after(GoodsReceipt.delivery_note, StockedReceipt.stock_in, StockedReceipt.stock_out)]
