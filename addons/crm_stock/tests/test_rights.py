"""Who sees and changes stock, and from whom costs are kept."""

from __future__ import annotations

from typing import Any

import pytest

from addons.crm_stock.models import Level, Movement, Reservation, StockIn, StockInLine, Warehouse
from addons.crm_stock.tests.conftest import bring, goods, level
from core.api import AccessDenied, StateForbids, ValidationFailed
from core.testing.team import give
from core.testing.world import World, use_env

COSTS = {"value", "average_cost"}


@pytest.fixture
def box(crew: World) -> Any:
    with crew.system("North") as env, use_env(env):
        made = goods(env, cost=10)
        bring(env, (made, 5, 12))
        return made


def test_costs_are_kept_from_those_who_may_not_see_them(crew: World, box: Any) -> None:
    keeper, manager, seller = (crew.new_env(person) for person in ("keeper", "manager", "owner"))
    for env in (keeper, seller):
        assert not COSTS & env.policy.readable(env.info(Level))
    assert not {"unit_cost", "value", "value_balance", "variance"} & keeper.policy.readable(
        keeper.info(Movement)
    )
    assert "unit_cost" not in keeper.policy.readable(keeper.info(StockInLine))
    assert manager.policy.readable(manager.info(Level)) >= COSTS
    with crew.system("North") as env:
        give(env, crew.staff.users["keeper"], "crm_product.cost_reader")
    keeper = crew.new_env("keeper")
    assert keeper.policy.readable(keeper.info(Level)) >= COSTS


def test_salespeople_look_and_keepers_post(crew: World, box: Any) -> None:
    seller = crew.new_env("owner")
    assert [one.on_hand for one in seller.search(Level)] == [5] and seller.can("read", Reservation)
    assert (
        not seller.can("read", StockIn)
        and not seller.can("read", Movement)
        and not seller.can("update", Level)
    )
    keeper = crew.new_env("keeper")
    with use_env(keeper):
        made = bring(keeper, (keeper.get(type(box), box.id), 3))
        assert made.posted_by_id == crew.staff.users["keeper"]
        found = level(keeper, box, keeper.first(Warehouse))
        assert found.on_hand == 8
    with crew.system("North") as env:
        assert level(env, box).value == 90, "without a cost on the line, that of the product file"


def test_nobody_types_a_balance(crew: World, box: Any) -> None:
    keeper = crew.new_env("manager")
    with use_env(keeper):
        found = level(keeper, box, keeper.first(Warehouse))
        for change in ({"on_hand": 7}, {"reserved": 1}, {"on_order": 1}, {"value": 0}):
            with pytest.raises(StateForbids, match="documents and reservations only"):
                keeper.write(found, **change)
            keeper.session.expire_all()
        with pytest.raises(ValidationFailed, match="its product and its warehouse"):
            keeper.write(found, warehouse=keeper.create(Warehouse, code="X", name="X"))
        keeper.session.expire_all()
        keeper.write(level(keeper, box, keeper.first(Warehouse)), minimum=9)
        assert level(keeper, box, keeper.first(Warehouse)).lacking == 4


def test_movements_are_nobodys_to_change(crew: World, box: Any) -> None:
    manager = crew.new_env("manager")
    with use_env(manager):
        entry = manager.first(Movement)
        assert not manager.can("update", entry) and not manager.can("delete", entry)
        with pytest.raises(AccessDenied):
            manager.delete(entry)
    with crew.system("North") as env, pytest.raises(StateForbids):
        env.delete(env.first(Movement))


def test_lines_of_a_posted_document_stay(crew: World, box: Any) -> None:
    keeper = crew.new_env("manager")
    with use_env(keeper):
        line = keeper.first(StockInLine)
        with pytest.raises(StateForbids):
            keeper.write(line, quantity=9)
        keeper.session.expire_all()
        with pytest.raises(StateForbids):
            keeper.create(StockInLine, document=keeper.first(StockIn), product=box, quantity=1)
