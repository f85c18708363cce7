"""What waits for a person, on the page after signing in."""

from addons.crm_sales.models import DeliveryPlan, ProcessTask, Quote
from addons.crm_sales.views.delivery_plan import DeliveryPlanList
from addons.crm_sales.views.order import OrderList
from addons.crm_sales.views.process_task import ProcessTaskList
from addons.crm_sales.views.quote import QuoteList
from core.api import _, card, figure

PROCESS = card(
    "crm_sales.process", _("My tasks in orders"), view=ProcessTaskList, preset="mine",
    columns=[ProcessTask.order, ProcessTask.due], order="due", late=True, sequence=55,
    empty=_("Nothing is to do for orders."),
)  # fmt: skip
DUE = card(
    "crm_sales.due", _("Deliveries due this week"), view=DeliveryPlanList, preset="week",
    columns=[DeliveryPlan.order, DeliveryPlan.due_on], order="due_on", late=True, sequence=60,
    empty=_("Nothing is to be delivered this week."),
)  # fmt: skip
QUOTES = card(
    "crm_sales.ending", _("Quotes ending this week"), view=QuoteList, preset="ending",
    columns=[Quote.customer, Quote.valid_until], order="valid_until", late=True, sequence=65,
    empty=_("No quote ends this week."),
)  # fmt: skip
DRAFTS = figure("crm_sales.drafts", _("Orders to be confirmed"), view=OrderList, preset="drafts", sequence=60)
MINE = figure("crm_sales.mine", _("My open orders"), view=OrderList, preset="mine", sequence=62)
