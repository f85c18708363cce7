"""What is to be delivered when, over all orders: today, this week, this month, overdue (SALE-11)."""

from addons.crm_sales.models import DeliveryPlan
from addons.crm_sales.models.delivery_plan import still_to_ship
from core.api import Env, FormView, ListView, Where, _, and_, button, group, header, month, preset, week


def is_open(env: Env) -> Where:
    """Something of it is yet to be shipped, and its order runs."""
    return still_to_ship(env)


def today(env: Env) -> Where:
    """Due today, or earlier and still open."""
    return and_(is_open(env), DeliveryPlan.due_on <= env.today)


def this_week(env: Env) -> Where:
    """Due in this week."""
    return and_(is_open(env), env.condition(DeliveryPlan, "due_on", "eq", "this_week"))


def this_month(env: Env) -> Where:
    """Due in this month."""
    return and_(is_open(env), env.condition(DeliveryPlan, "due_on", "eq", "this_month"))


def overdue(env: Env) -> Where:
    """Its day has passed."""
    return and_(is_open(env), DeliveryPlan.due_on < env.today)


class DeliveryPlanList(ListView[DeliveryPlan]):
    columns = [
        DeliveryPlan.due_on, DeliveryPlan.order, DeliveryPlan.line, DeliveryPlan.label, DeliveryPlan.quantity,
        DeliveryPlan.delivered, DeliveryPlan.open_quantity, DeliveryPlan.delivered_on,
    ]  # fmt: skip
    order = "due_on"
    presets = [
        preset("today", _("Due today or before"), today, count=True),
        preset("week", _("Due this week"), this_week, count=True),
        preset("month", _("Due this month"), this_month),
        preset("overdue", _("Overdue"), overdue, count=True),
        preset("open", _("All open instalments"), is_open, default=True),
        preset("all", _("All instalments")),
    ]
    filters = [DeliveryPlan.due_on, DeliveryPlan.order, DeliveryPlan.is_open, DeliveryPlan.delivered_on]
    groups = [week(DeliveryPlan.due_on), month(DeliveryPlan.due_on), DeliveryPlan.order]
    actions = [DeliveryPlan.move]


class DeliveryPlanForm(FormView[DeliveryPlan]):
    layout = [
        header(button(DeliveryPlan.move)),
        group(
            _("Instalment"), DeliveryPlan.order, DeliveryPlan.line, DeliveryPlan.label, DeliveryPlan.due_on,
            DeliveryPlan.quantity, DeliveryPlan.delivered, DeliveryPlan.open_quantity, DeliveryPlan.delivered_on,
        ),
    ]  # fmt: skip
