"""Two warehouses of the demonstration company, with the stock of the last three months.

Everything goes through documents, as in a company: opening stock, purchases at changing cost, requisitions, one
document that was reversed, one that waits to be posted, and a production request that is running.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from addons.crm_base.services.demo_people import demo_people, give_roles
from addons.crm_product.models import Product
from addons.crm_stock.models import (
    Level,
    Location,
    ProductionRequest,
    StockIn,
    StockInLine,
    StockOut,
    Warehouse,
)
from addons.crm_stock.roles import STOCK_KEEPER
from addons.crm_stock.services import papers, production
from addons.crm_stock.services.papers import make_and_post
from core.api import Env, company_language, demo

ROLES = {"zhuli": [STOCK_KEEPER], "director4": [STOCK_KEEPER]}
_SCARCE = 4
"""Every fourth product is scarce: orders find it short."""


@demo
def stock_of_three_months(env: Env) -> None:
    """Fills each demonstration company that has products; other companies are left alone."""
    if not demo_people(env) or env.first(StockIn) is not None:
        return
    found = env.search(Product, Product.kind == "goods", Product.status == "active", order="id", limit=200)
    if not found:
        return
    give_roles(env, ROLES)
    main, store = _warehouses(env)
    _opening(env, main, store, found)
    _purchases(env, main, found)
    _taken(env, main, found)
    _corrected(env, main, found[0])
    _waiting(env, main, found)
    _made(env, main, found[0])
    _minimums(env, found)


def _words(env: Env, chinese: str, english: str) -> str:
    return chinese if company_language(env) == "zh_CN" else english


def _then(env: Env, days_ago: int, hour: int = 9) -> Env:
    """The kernel's Env on a day of the past."""
    then = env.sudo("demonstration data")
    moment = datetime.combine(env.today - timedelta(days=days_ago), time(hour), env.timezone).astimezone(UTC)
    then.clock = lambda: moment
    return then


def _warehouses(env: Env) -> tuple[Any, Any]:
    main = env.first(Warehouse, Warehouse.code == "W1")
    if main is None:
        main = env.create(Warehouse, code="W1", name=_words(env, "主仓库", "Main warehouse"), is_default=True)
    store = env.create(Warehouse, code="S1", name=_words(env, "门店", "Store"), kind="store")
    env.create_many(
        Location, [{"warehouse": main, "code": f"{row}-{rack}"} for row in "AB" for rack in (1, 2, 3)]
    )
    return main, store


def _is_scarce(place: int) -> bool:
    return place % _SCARCE == _SCARCE - 1


def _pieces(place: int) -> int:
    return 3 if _is_scarce(place) else 40 + place * 7 % 60


def _opening(env: Env, main: Any, store: Any, products: Sequence[Any]) -> None:
    heads = [{"warehouse": one, "reason": "opening"} for one in (main, store)]
    lines = [
        [{"product": one, "quantity": _pieces(place)} for place, one in enumerate(products)],
        [{"product": one, "quantity": 2 + place % 5} for place, one in enumerate(products) if place % 2 == 0],
    ]
    make_and_post(_then(env, 90), StockIn, heads, lines)


def _purchases(env: Env, main: Any, products: Sequence[Any]) -> None:
    """Later deliveries cost a little more each time."""
    for turn, days_ago in enumerate((60, 33, 12), start=1):
        bought = [
            one for place, one in enumerate(products) if (place + turn) % 3 == 0 and not _is_scarce(place)
        ]
        lines = [
            {"product": one, "quantity": 10 * turn, "unit_cost": one.cost * (100 + 2 * turn) / 100}
            for one in bought
            if one.cost is not None
        ]
        head = {"warehouse": main, "reason": "purchase", "source": f"PO-{turn:03d}"}
        make_and_post(_then(env, days_ago, 10), StockIn, [head], [lines])


def _taken(env: Env, main: Any, products: Sequence[Any]) -> None:
    reasons = ("requisition", "spare_parts", "other_out")
    for turn, days_ago in enumerate((48, 25, 6)):
        lines = [
            {"product": one, "quantity": 1 + turn} for place, one in enumerate(products) if place % 4 == turn
        ]
        head = {"warehouse": main, "reason": reasons[turn]}
        make_and_post(_then(env, days_ago, 14), StockOut, [head], [lines])


def _corrected(env: Env, main: Any, product: Any) -> None:
    then = _then(env, 5, 15)
    head = {"warehouse": main, "reason": "other_in"}
    (wrong,) = make_and_post(then, StockIn, [head], [[{"product": product, "quantity": 12}]])
    papers.reverse(then, [wrong], _words(env, "数量录入有误", "The quantity was typed wrong"))


def _waiting(env: Env, main: Any, products: Sequence[Any]) -> None:
    made: Any = env.create(StockIn, warehouse=main, reason="purchase", source="PO-004")
    env.create_many(StockInLine, [{"document": made, "product": one, "quantity": 5} for one in products[:3]])


def _made(env: Env, main: Any, product: Any) -> None:
    made: Any = env.create(
        ProductionRequest,
        product=product,
        warehouse=main,
        quantity=Decimal(8),
        due=env.today + timedelta(days=10),
    )
    production.begin(env, [made])


def _minimums(env: Env, products: Sequence[Any]) -> None:
    for place, one in enumerate(products):
        level = env.first(Level, Level.product == one.id, order="id")
        if level is not None and place % 2:
            env.write(level, minimum=Decimal(10))
