"""The ledger."""

from addons.crm_stock.models import Movement
from core.api import Env, FormView, ListView, Where, _, day, group, month, preset


def came(env: Env) -> Where:
    """What came in."""
    return Movement.quantity > 0


def went(env: Env) -> Where:
    """What went out."""
    return Movement.quantity < 0


class MovementList(ListView[Movement]):
    columns = [
        Movement.posted_at, Movement.product, Movement.warehouse, Movement.reason, Movement.document,
        Movement.quantity, Movement.balance, Movement.unit_cost, Movement.value,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("all", _("All movements"), default=True), preset("in", _("Stock-in"), came),
        preset("out", _("Stock-out"), went),
    ]  # fmt: skip
    filters = [Movement.product, Movement.warehouse, Movement.posted_at, Movement.reason]
    groups = [
        Movement.product, Movement.warehouse, Movement.reason, day(Movement.posted_at), month(Movement.posted_at),
    ]  # fmt: skip
    totals = [Movement.quantity, Movement.value]


class MovementForm(FormView[Movement]):
    layout = [
        group(_("Stock movement"), Movement.product, Movement.warehouse, Movement.posted_at, Movement.reason,
              Movement.stock_in, Movement.stock_out, Movement.level),
        group(_("Quantity"), Movement.quantity, Movement.balance),
        group(_("Value"), Movement.unit_cost, Movement.value, Movement.value_balance, Movement.variance),
    ]  # fmt: skip
