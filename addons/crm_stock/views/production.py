"""Production requests."""

from addons.crm_stock.models import ProductionRequest
from addons.crm_stock.states import IN_PRODUCTION, WANTED
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    and_,
    button,
    group,
    header,
    preset,
    show,
    statusbar,
)  # fmt: skip


def running(env: Env) -> Where:
    """What is wanted or being made."""
    return ProductionRequest.state.in_([WANTED, IN_PRODUCTION])


def late(env: Env) -> Where:
    """What should be there already."""
    return and_(running(env), ProductionRequest.due < env.today)


class ProductionRequestList(ListView[ProductionRequest]):
    columns = [
        ProductionRequest.number, ProductionRequest.product, ProductionRequest.state, ProductionRequest.quantity,
        ProductionRequest.produced, ProductionRequest.open_quantity, ProductionRequest.due, ProductionRequest.assignee,
        ProductionRequest.warehouse, ProductionRequest.source,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("running", _("To be made"), running, default=True), preset("late", _("Late"), late, count=True),
        preset("all", _("All requests")),
    ]  # fmt: skip
    filters = [
        ProductionRequest.state, ProductionRequest.product, ProductionRequest.warehouse, ProductionRequest.due,
        ProductionRequest.assignee,
    ]  # fmt: skip
    groups = [ProductionRequest.product, ProductionRequest.warehouse, ProductionRequest.state,
              ProductionRequest.assignee]  # fmt: skip
    totals = [ProductionRequest.quantity, ProductionRequest.produced, ProductionRequest.open_quantity]


class ProductionRequestForm(FormView[ProductionRequest]):
    layout = [
        header(
            button(ProductionRequest.start, style="primary"), button(ProductionRequest.finish, style="primary"),
            button(ProductionRequest.drop), statusbar(ProductionRequest.state),
        ),
        group(_("Production request"), ProductionRequest.product, ProductionRequest.quantity,
              ProductionRequest.warehouse, ProductionRequest.due, ProductionRequest.assignee, ProductionRequest.source),
        group(_("Progress"), ProductionRequest.produced, ProductionRequest.open_quantity, ProductionRequest.number),
        group(_("Remarks"), show(ProductionRequest.remarks, wide=True)),
    ]  # fmt: skip
