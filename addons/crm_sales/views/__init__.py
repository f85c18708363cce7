"""The screens and papers of this addon."""

from addons.crm_sales.views.contract import ContractForm, ContractList, ContractPaper
from addons.crm_sales.views.customer import OrderingCustomerForm, OrderTaskForm
from addons.crm_sales.views.delivery import DeliveryForm, DeliveryList, DeliveryPaper
from addons.crm_sales.views.delivery_plan import DeliveryPlanForm, DeliveryPlanList
from addons.crm_sales.views.order import OrderBoard, OrderForm, OrderList, OrderPaper
from addons.crm_sales.views.order_line import OrderLineForm, OrderLineList
from addons.crm_sales.views.process import (
    DocumentTemplateForm,
    DocumentTemplateList,
    ProcessTemplateForm,
    ProcessTemplateList,
    TemplateStepForm,
)
from addons.crm_sales.views.process_task import ProcessTaskForm, ProcessTaskList
from addons.crm_sales.views.quote import QuoteForm, QuoteList, QuotePaper

__all__ = [
    "ContractForm", "ContractList", "ContractPaper", "DeliveryForm", "DeliveryList", "DeliveryPaper",
    "DeliveryPlanForm", "DeliveryPlanList", "DocumentTemplateForm", "DocumentTemplateList", "OrderBoard", "OrderForm",
    "OrderLineForm", "OrderLineList", "OrderList", "OrderPaper", "OrderTaskForm", "OrderingCustomerForm",
    "ProcessTaskForm", "ProcessTaskList", "ProcessTemplateForm", "ProcessTemplateList", "QuoteForm", "QuoteList",
    "QuotePaper", "TemplateStepForm",
]  # fmt: skip
