"""The records of this addon, and what it adds to those of crm_base."""

from addons.crm_sales.models.contract import Contract
from addons.crm_sales.models.contract_line import ContractLine
from addons.crm_sales.models.customer import OrderingCustomer, OrderTask
from addons.crm_sales.models.delivery import Delivery, DeliveryLine
from addons.crm_sales.models.delivery_plan import DeliveryPlan
from addons.crm_sales.models.document_template import DocumentTemplate
from addons.crm_sales.models.order import Order
from addons.crm_sales.models.order_cost import OrderCost
from addons.crm_sales.models.order_line import OrderLine
from addons.crm_sales.models.process import ProcessTemplate, TemplateStep
from addons.crm_sales.models.process_task import ProcessTask
from addons.crm_sales.models.quote import Quote
from addons.crm_sales.models.quote_line import QuoteLine

__all__ = [
    "Contract", "ContractLine", "Delivery", "DeliveryLine", "DeliveryPlan", "DocumentTemplate", "Order", "OrderCost",
    "OrderLine", "OrderTask", "OrderingCustomer", "ProcessTask", "ProcessTemplate", "Quote", "QuoteLine",
    "TemplateStep",
]  # fmt: skip
