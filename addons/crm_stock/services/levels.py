"""Levels under lock: whoever changes a balance holds its row until the end of the transaction.

    hold(env, pairs)    1  the levels of these products in these warehouses        one statement
                        2  those that were never there are made                    one more, where there are any
                        3  all of them are locked in the order of their ids        one statement

Two transactions that want the same levels in contrary order therefore wait for one another and never in a circle. Who
needs the levels of several steps (release, then ship) holds all of them at once before the first step.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.api import Duplicate, Env, attempt, select

if TYPE_CHECKING:
    from addons.crm_stock.models import Level

Pair = tuple[int, int]
"""The ids of a product and a warehouse."""


def hold(env: Env, pairs: Iterable[Pair]) -> dict[Pair, Level]:
    """The locked levels with their present balances, by product and warehouse. `env` is the kernel's own."""
    from addons.crm_stock.models import Level

    wanted = set(pairs)
    if not wanted:
        return {}
    ids = _ids(env, wanted)
    while missing := sorted(wanted - ids.keys()):
        rows = [{"product": product, "warehouse": warehouse} for product, warehouse in missing]
        try:
            with attempt(env):
                env.create_many(Level, rows)
        except Duplicate:  # somebody else was faster with one of them; it is committed now
            pass
        ids = _ids(env, wanted)
    found: list[Any] = env.lock(Level, sorted(ids[pair] for pair in wanted))
    return {(one.product_id, one.warehouse_id): one for one in found}


def without_limit(env: Env, pairs: Iterable[Pair]) -> set[int]:
    """Warehouses whose stock may fall below zero."""
    from addons.crm_stock.models import Warehouse

    ids = {warehouse for _product, warehouse in pairs}
    found = env.search(Warehouse, Warehouse.id.in_(ids), limit=max(1, len(ids)))
    return {one.id for one in found if one.allows_negative}


def _ids(env: Env, wanted: set[Pair]) -> dict[Pair, int]:
    from addons.crm_stock.models import Level

    cls = env.info(Level).cls
    products, warehouses = {product for product, _one in wanted}, {warehouse for _one, warehouse in wanted}
    found = env.rows(
        select(cls.id, cls.product_id, cls.warehouse_id).where(
            cls.product_id.in_(products), cls.warehouse_id.in_(warehouses), cls.deleted_at.is_(None)
        )
    )
    return {(row[1], row[2]): row[0] for row in found if (row[1], row[2]) in wanted}
