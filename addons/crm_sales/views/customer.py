"""What this addon adds to the screens of customers and tasks."""

from addons.crm_base.models import Task
from addons.crm_base.views import CustomerForm, TaskForm
from addons.crm_sales.models import Contract, Order, OrderingCustomer, OrderTask, Quote
from core.api import _, after, inside, page, related


class OrderingCustomerForm(CustomerForm, extend=True):
    changes = [
        inside(
            "notebook",
            page(
                _("Sales"),
                related(
                    OrderingCustomer.orders, order="-id",
                    columns=[Order.number, Order.ordered_on, Order.total, Order.delivery_status, Order.state],
                ),
                related(
                    OrderingCustomer.quotes, order="-id",
                    columns=[Quote.number, Quote.quoted_on, Quote.valid_until, Quote.total, Quote.state],
                ),
                related(
                    OrderingCustomer.contracts, order="-id",
                    columns=[Contract.number, Contract.title, Contract.ends_on, Contract.total, Contract.state],
                ),
                key="crm_sales",
            ),
        )
    ]  # fmt: skip


class OrderTaskForm(TaskForm, extend=True):
    changes = [after(Task.customer, OrderTask.order, OrderTask.quote, OrderTask.contract)]
