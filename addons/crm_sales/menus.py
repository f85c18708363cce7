"""Where this addon's screens stand in the navigation tree."""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_sales.reports import ORDER_ACCOUNT
from addons.crm_sales.views import (
    ContractList,
    DeliveryList,
    DeliveryPlanList,
    DocumentTemplateList,
    OrderBoard,
    OrderLineList,
    OrderList,
    ProcessTaskList,
    ProcessTemplateList,
    QuoteList,
)
from core.api import ADMIN, _, menu

KEEPERS = [ADMIN, GENERAL_MANAGER]

menus = [
    menu("crm_sales", _("Sales orders"), sequence=40, icon="shopping-cart"),
    menu("crm_sales.quotes", _("Quotes"), parent="crm_sales", view=QuoteList, sequence=10, icon="file-invoice"),
    menu("crm_sales.contracts", _("Contracts"), parent="crm_sales", view=ContractList, sequence=20,
         icon="writing-sign"),
    menu("crm_sales.orders", _("Orders"), parent="crm_sales", view=OrderList, sequence=30, icon="shopping-cart"),
    menu("crm_sales.board", _("Orders by state"), parent="crm_sales", view=OrderBoard, sequence=35,
         icon="layout-kanban"),
    menu("crm_sales.lines", _("Products of orders"), parent="crm_sales", view=OrderLineList, sequence=40,
         icon="package"),
    menu("crm_sales.order_account", ORDER_ACCOUNT.title, parent="crm_sales", report=ORDER_ACCOUNT, sequence=45,
         icon="list-numbers"),
    menu("crm_sales.fulfilment", _("Fulfilment"), sequence=45, icon="truck-delivery"),
    menu("crm_sales.tasks", _("Process tasks"), parent="crm_sales.fulfilment", view=ProcessTaskList, sequence=10,
         icon="list-check"),
    menu("crm_sales.plan", _("Delivery plan"), parent="crm_sales.fulfilment", view=DeliveryPlanList, sequence=20,
         icon="calendar-event"),
    menu("crm_sales.deliveries", _("Deliveries"), parent="crm_sales.fulfilment", view=DeliveryList, sequence=30,
         icon="truck-delivery"),
    menu("crm_sales.templates", _("Process templates"), parent="crm_sales.fulfilment", view=ProcessTemplateList,
         sequence=80, icon="route", roles=KEEPERS),
    menu("crm_sales.texts", _("Document templates"), parent="crm_sales", view=DocumentTemplateList, sequence=90,
         icon="template", roles=KEEPERS),
]  # fmt: skip
