"""What this bridge adds to the records of both sides."""

from addons.crm_sales_finance.models.company import CreditCompany
from addons.crm_sales_finance.models.credit_request import CreditRequest
from addons.crm_sales_finance.models.customer import SalesCustomer
from addons.crm_sales_finance.models.delivery import CreditDelivery
from addons.crm_sales_finance.models.finance import OrderExpense, SalesInvoice, SalesReceivable
from addons.crm_sales_finance.models.order import FinanceContract, FinanceOrder

__all__ = [
    "CreditCompany",
    "CreditDelivery",
    "CreditRequest",
    "FinanceContract",
    "FinanceOrder",
    "OrderExpense",
    "SalesCustomer",
    "SalesInvoice",
    "SalesReceivable",
]
