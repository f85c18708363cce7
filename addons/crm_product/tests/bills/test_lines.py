"""What every priced document gets from the mixins."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from toy_bills.models import Bill, BillLine

from addons.crm_product.models import Product, Tax, Unit
from core.api import Env
from core.testing.world import World


def article(env: Env, **values: Any) -> Product:
    unit = env.first(Unit)
    tax = env.first(Tax, Tax.rate == 13)
    return env.create(
        Product, **{"name": "Server", "unit": unit, "tax": tax, "list_price": Decimal("99.99"), **values}
    )


def line(env: Env, bill: Bill, product: Product, **values: Any) -> BillLine:
    given = {"unit": product.unit_id, "tax": product.tax_id, "unit_price": product.list_price, **values}
    return env.create(BillLine, document=bill, product=product, **given)


def test_a_line_is_taxed_and_rounded(world: World) -> None:
    with world.acting("director") as env:
        product = article(env)
        bill = env.create(Bill, title="One", prices_include_tax=False)
        made = line(env, bill, product, quantity=3, discount=10)
        assert (made.net, made.tax_amount, made.gross) == (
            Decimal("269.97"),
            Decimal("35.10"),
            Decimal("305.07"),
        )


def test_lines_follow_their_document(world: World) -> None:
    with world.acting("director") as env:
        product = article(env)
        bill = env.create(Bill, title="One")
        made = line(env, bill, product)
        assert (made.gross, made.net) == (Decimal("99.99"), Decimal("88.49"))
        env.write(bill, discount=50, currency="JPY")
        env.flush()
        again = env.get(BillLine, made.id)
        assert (again.gross, again.net, again.currency) == (Decimal(50), Decimal(44), "JPY")
