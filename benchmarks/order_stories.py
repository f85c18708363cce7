"""What became of the orders that are copied: confirmed, paid in parts, delivered, with costs, each on its own days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from benchmarks.filling import CUSTOMER
from core.orm.compose import composition
from core.orm.env import Env

ORDER, LINE = "crm_sales.order", "crm_sales.order_line"
RECEIVABLE, RECEIPT = "crm_finance.receivable", "crm_finance.receipt"
DELIVERY: Final = "crm_sales.delivery"
_OF_MONEY: Final = (RECEIVABLE, RECEIPT, "crm_finance.matching")
NUMBERED: Final[Mapping[str, Sequence[str]]] = dict.fromkeys(
    (ORDER, DELIVERY, RECEIVABLE, RECEIPT), ("number",)
)
PAY_AFTER: Final = (timedelta(days=12), timedelta(days=42))
"""When the instalments are paid, of those that are."""


def also() -> Sequence[str]:
    """What is copied with orders and their lines, as far as the product of this run has it."""
    more = _OF_MONEY if "crm_sales_finance" in composition().addons else ()
    return (DELIVERY, f"{DELIVERY}_line", "crm_sales.order_cost", *more)


def customers_of(env: Env) -> Sequence[int]:
    """The ids of customers that follow each other, over whom orders are dealt out."""
    low = int(env.first(CUSTOMER, order="id").id)  # type: ignore[union-attr]
    cls: Any = env.info(CUSTOMER).cls
    found: list[Any] = env.search(CUSTOMER, cls.id >= low, order="id", limit=1000)
    together = [one.id for at, one in enumerate(found) if one.id == low + at]
    return together


def at(env: Env, moment: datetime) -> None:
    """What is done from now on is done then."""
    env.clock = lambda: moment  # type: ignore[method-assign]


def go_through(env: Env, key: int, n: int, began: datetime) -> None:
    """What happens to the order `n`, a draft, from its day on."""
    if n % 5 == 0:
        return
    order: Any = env.get(ORDER, key)
    with_money = "crm_sales_finance" in composition().addons
    if with_money:
        env.write(order, settlement="parts", payment_parts=2)
    order.confirm()
    if n % 2:
        at(env, began + timedelta(days=3))
        _deliver(env, key)
    if n % 5 == 1:
        kind: Any = _choice(env, "crm_sales.cost_kind")
        env.get(ORDER, key).book_cost(kind=kind, amount=Decimal(80 + n), on=env.today)  # type: ignore[attr-defined]
    if with_money:
        _pay(env, key, 2 if n % 2 else 1, began)


def _deliver(env: Env, key: int) -> None:
    made: Any = env.get(ORDER, key).deliver()  # type: ignore[attr-defined]
    env.get(DELIVERY, made.id).post()  # type: ignore[attr-defined]


def _pay(env: Env, key: int, parts: int, began: datetime) -> None:
    """So many of its instalments."""
    due: Any = env.info(RECEIVABLE).cls
    for wait in PAY_AFTER[:parts]:
        at(env, began + wait)
        one: Any = env.search(
            RECEIVABLE, due.order_id == key, due.is_open.is_(True), order="due_on", limit=1
        )[0]
        one.receive(day=env.today, payment_method=_choice(env, "crm_finance.payment_method"))


def _choice(env: Env, list_code: str) -> Any:
    return env.first("base.option", env.condition("base.option", "list_code", "eq", list_code))
