"""What a document gets while somebody writes it: prices with their reasons, units, taxes, the rate of the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from addons.crm_base.models import Address
from addons.crm_product.services.proposing import propose_lines
from addons.crm_sales.models import Contract, ContractLine, Order, OrderLine, Quote, QuoteLine
from core.api import (
    Env,
    Option,
    ValidationFailed,
    and_,
    company_currency,
    exchange_rate,
    key_of,
    proposal,
    select,
)

_PROPOSED: Final = frozenset({"unit", "tax", "unit_price", "price_reason"})
Row = dict[str, Any]


def _on_lines(line: Any, document: Any, day: Any) -> Callable[..., Any]:
    """The fields from which prices of lines follow."""
    return proposal(line, depends=(
        line.product, line.configuration, line.quantity, line.unit, document.customer, document.currency,
        document.prices_include_tax, day,
    ))  # fmt: skip


@_on_lines(QuoteLine, Quote, Quote.quoted_on)
def prices_of_quotes(
    env: Env, whole: Mapping[str, Any], rows: list[Row], asked: list[frozenset[str]]
) -> None:
    """Prices of the day of the quote."""
    _propose(env, whole, rows, asked, whole.get("quoted_on"))


@_on_lines(ContractLine, Contract, Contract.starts_on)
def prices_of_contracts(
    env: Env, whole: Mapping[str, Any], rows: list[Row], asked: list[frozenset[str]]
) -> None:
    """Prices of the first day of the contract."""
    _propose(env, whole, rows, asked, whole.get("starts_on"))


@_on_lines(OrderLine, Order, Order.ordered_on)
def prices_of_orders(
    env: Env, whole: Mapping[str, Any], rows: list[Row], asked: list[frozenset[str]]
) -> None:
    """Prices of the day of the order."""
    _propose(env, whole, rows, asked, whole.get("ordered_on"))


def _propose(
    env: Env, whole: Mapping[str, Any], rows: Sequence[Row], asked: Sequence[frozenset[str]], day: date | None
) -> None:
    """Unit, tax, price and reason of all lines, in a number of statements that does not grow with them."""
    for row, wanted in zip(rows, asked, strict=True):
        for name in _PROPOSED & wanted:
            row.pop(name, None)
    propose_lines(
        env, rows, customer=whole.get("customer"), currency=whole.get("currency") or company_currency(env),
        day=day or env.today, tax_included=whole.get("prices_include_tax") is not False,
        with_options=True,
    )  # fmt: skip


@proposal(Quote, depends=(Quote.currency, Quote.quoted_on, Quote.customer))
def head_of_quote(env: Env, _whole: Mapping[str, Any], rows: list[Row], asked: list[frozenset[str]]) -> None:
    """The rate of the day."""
    _propose_heads(env, rows, asked, "quoted_on")


@proposal(Contract, depends=(Contract.currency, Contract.starts_on, Contract.customer))
def head_of_contract(
    env: Env, _whole: Mapping[str, Any], rows: list[Row], asked: list[frozenset[str]]
) -> None:
    """The rate of the day."""
    _propose_heads(env, rows, asked, "starts_on")


@proposal(Order, depends=(Order.currency, Order.ordered_on, Order.customer))
def head_of_order(env: Env, _whole: Mapping[str, Any], rows: list[Row], asked: list[frozenset[str]]) -> None:
    """The rate of the day, and where the customer wants goods delivered."""
    _propose_heads(env, rows, asked, "ordered_on")
    customers = {row["customer"] for row, wanted in zip(rows, asked, strict=True)
                 if row.get("customer") is not None and "ship_to" in wanted}  # fmt: skip
    if not customers:
        return
    kind = select(Option.id).where(Option.list_code == "crm_base.address_kind", Option.code == "delivery")
    where = and_(Address.customer.in_(customers), Address.is_default.is_(True), Address.kind.in_(kind))
    places = {key_of(one, "customer"): one.id for one in env.search(Address, where, limit=len(customers))}
    for row, wanted in zip(rows, asked, strict=True):
        if "ship_to" in wanted:
            row["ship_to"] = places.get(row.get("customer"))


def _propose_heads(env: Env, rows: Sequence[Row], asked: Sequence[frozenset[str]], day: str) -> None:
    for row, wanted in zip(rows, asked, strict=True):
        if "exchange_rate" in wanted and row.get("currency"):
            row["exchange_rate"] = _rate(env, row["currency"], row.get(day))


def _rate(env: Env, currency: str, day: date | None) -> Decimal | None:
    """None where no rate is known: it is asked for at its field."""
    try:
        return exchange_rate(env, currency, day)
    except ValidationFailed:
        return None
