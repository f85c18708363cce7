"""What a company begins with: one warehouse, and the numbers of stock documents."""

from __future__ import annotations

from addons.crm_stock.models import Warehouse
from core.api import Env, _, company_language, numbering, seed

STOCK_IN_NUMBERS = numbering(
    "crm_stock.stock_in",
    title=_("Stock-in documents"),
    prefix="IN",
    date_pattern="YYYYMM",
    width=4,
    reset="month",
)
STOCK_OUT_NUMBERS = numbering(
    "crm_stock.stock_out",
    title=_("Stock-out documents"),
    prefix="OUT",
    date_pattern="YYYYMM",
    width=4,
    reset="month",
)
PRODUCTION_NUMBERS = numbering(
    "crm_stock.production", title=_("Production requests"), prefix="PR", date_pattern="YYYYMM", width=4,
    reset="month",
)  # fmt: skip


@seed
def first_warehouse(env: Env) -> None:
    """A central warehouse for companies that have none."""
    if env.first(Warehouse) is None:
        name = _("Main warehouse").translate(company_language(env))
        env.create(Warehouse, code="W1", name=name, kind="central", is_default=True)
