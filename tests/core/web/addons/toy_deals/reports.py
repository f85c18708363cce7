"""What was agreed on with a buyer, as a report that goes to the buyer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.api import Answers, Env, LazyString, Linked, Report, ReportPaper, _, ask, column, func, select, side
from toy_deals.models import Buyer, Deal, Parcel


def _deals(answers: Answers) -> Any:
    return Deal.buyer == answers["buyer"]


def rows(env: Env, answers: Answers, limit: int, offset: int) -> Sequence[Mapping[str, Any]]:
    """A row for each deal."""
    found = env.search(Deal, _deals(answers), order="code", limit=limit, offset=offset)
    return [
        {"buyer": answers["buyer"], "deal": Linked("toy_deals.deal", one.id, one.code), "kind": one.kind,
         "total": one.total, "margin": one.margin, "currency": one.currency,
         "parcels": env.count(Parcel, Parcel.deal == one.id).value}
        for one in found
    ]  # fmt: skip


def sums(env: Env, answers: Answers) -> list[tuple[LazyString, Decimal, str]]:
    """All deals together."""
    (total,) = env.scalars(select(func.sum(Deal.total)).where(_deals(answers)))
    return [(_("Grand total"), total or Decimal(0), "USD")]


ACCOUNT = Report(
    "toy_deals.account", _("Deals"), right=("read", Deal), reads=(Parcel,), rows=rows, strong=("kind", "lease"),
    parameters=[ask("buyer", Buyer, _("Buyer")), ask("day", date, _("Day"), required=False)],
    columns=[
        column("buyer", _("Buyer"), Buyer, unless="buyer"), column("deal", _("Deal"), Linked),
        column("kind", _("Kind of deal"), str, choices=[("sale", _("Sale")), ("lease", _("Lease"))]),
        column("total", _("Grand total"), Decimal, currency="currency", field=Deal.total),
        column("margin", _("Margin"), Decimal, currency="currency", field=Deal.margin, internal=True),
        column("parcels", _("Parcels"), int), column("currency", _("Currency"), str, internal=True),
    ],
    paper=ReportPaper(
        number=("day",), sides=[side(_("Seller of the deal")), side(_("Buyer"), "buyer", Buyer.address)], totals=sums,
        texts=[(_("Terms"), _("Draft deal"))], signatures=[_("Buyer")],
    ),
)  # fmt: skip
