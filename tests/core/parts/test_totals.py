"""Totals hold what their parts hold, however these come, change, go and return, and take no statement a row."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from toy_docs.models import DONE, DRAFT, OPEN, Account, Addition, Line, Order

from core.api import _, total
from core.errors import BadRequest, CompositionError, StateForbids
from core.orm.attempts import attempt
from core.orm.bulk import qualified
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.following import followers
from core.orm.totals import declare_totals
from core.orm.trust import TRUSTED
from core.testing.statements import counted
from core.testing.world import World

MANY = 300


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.admin):
        world.admin.count(Order)
        yield world.admin


def order_with(env: Env, *prices: int, **values: Any) -> Any:
    order = env.create(Order, title="O", **values)
    env.create_many(Line, [{"name": f"L{n}", "order": order, "price": one} for n, one in enumerate(prices)])
    return order


def stored(env: Env, record: Any, *names: str) -> tuple[Any, ...]:
    """What the rows hold, past every record in hand; it must be what the records hold."""
    info = env.composition.info(record)
    columns = ", ".join(info.fields[name].column_name for name in names)
    query = text(f"select {columns} from {qualified(info.table)} where id = :id")
    found = tuple(env.session.execute(query, {"id": record.id}, execution_options=TRUSTED).one())
    assert found == tuple(getattr(record, name) for name in names), "the record in hand is as the row"
    return found


def test_new_parts_count_at_once(env: Env) -> None:
    order = order_with(env)
    assert stored(env, order, "net", "line_count", "gross") == (0, 0, 0)
    env.create_many(
        Line, [{"name": "A", "order": order, "price": 7}, {"name": "B", "order": order, "price": 5}]
    )
    assert stored(env, order, "net", "line_count", "gross") == (12, 2, 12)
    env.create(Line, name="C", order=order, price=Decimal("0.0001"), quantity=3)
    assert stored(env, order, "net", "line_count") == (Decimal("12.0003"), 3)


def test_a_changed_part_changes_its_totals_and_what_is_computed_from_them(env: Env) -> None:
    order = order_with(env, 10, 20, discount=10)
    assert stored(env, order, "net", "gross") == (30, 27)
    line: Any = env.search(Line, Line.price == 10)[0]
    env.write(line, quantity=4)
    assert stored(env, order, "net", "gross") == (60, 54)
    line.price = Decimal(1)
    env.flush()
    assert stored(env, order, "net", "gross") == (24, Decimal("21.6"))


def test_a_record_that_moves_leaves_one_total_for_another(env: Env) -> None:
    one, two = env.create(Account, name="A"), env.create(Account, name="B")
    orders = [order_with(env, price, account=one) for price in (10, 20, 5)]
    env.write(orders[1], account=two)
    assert stored(env, one, "balance", "order_count") == (15, 2)
    assert stored(env, two, "balance", "order_count") == (20, 1)
    env.write_many(Order, [order.id for order in orders], account=two)
    assert (stored(env, one, "balance"), stored(env, two, "balance", "order_count")) == ((0,), (35, 3))
    env.write(orders, account=None)
    assert stored(env, two, "balance", "order_count") == (0, 0)


def test_only_parts_with_a_value_are_counted_where_it_is_asked(env: Env) -> None:
    order = order_with(env, 10, 20)
    assert order.gifts == 0
    lines = env.search(Line, order="id")
    env.write_many(Line, [lines[0].id], kind="gift")
    assert stored(env, order, "gifts") == (1,)
    env.write(lines[0], quantity=5)
    assert stored(env, order, "gifts") == (5,)
    env.write(lines[0], kind="good")
    assert stored(env, order, "gifts") == (0,)


def test_parts_in_the_bin_do_not_count_and_those_that_return_do(env: Env) -> None:
    order = order_with(env, 10, 20)
    line: Any = env.search(Line, Line.price == 20)[0]
    env.delete(line)
    assert stored(env, order, "net", "line_count", "gross") == (10, 1, 10)
    env.restore(Line, [line.id])
    assert stored(env, order, "net", "line_count", "gross") == (30, 2, 30)


def test_a_whole_returns_from_the_bin_with_the_totals_of_what_is_there(env: Env) -> None:
    account: Any = env.create(Account, name="A")
    order, other = order_with(env, 10, 20, account=account), order_with(env, 1, account=account)
    env.delete(env.search(Line, Line.price == 20))
    env.delete(order)
    assert stored(env, account, "balance", "order_count") == (1, 1)
    env.restore(Order, [order.id])
    assert stored(env, order, "net", "line_count") == (10, 1)
    assert stored(env, account, "balance", "order_count") == (11, 2)
    env.delete(account)
    env.restore(Account, [account.id])
    env.refresh(env.info(Account), [account])
    assert stored(env, account, "balance", "order_count") == (0, 0), "its orders were cleared of it"
    assert other.account is None


def test_totals_stand_on_totals(env: Env) -> None:
    """An addition makes the line dearer, that the order, and that the account poorer."""
    account: Any = env.create(Account, name="A")
    order = order_with(env, 10, account=account, factor=2, discount=50)
    assert stored(env, account, "balance") == (10,)
    line: Any = env.search(Line)[0]
    addition: Any = env.create(Addition, name="X", line=line, price=5)
    assert stored(env, line, "extras", "net") == (5, 30)
    assert stored(env, order, "net", "gross") == (30, 15)
    assert stored(env, account, "balance") == (15,)
    env.write(addition, price=6)
    assert stored(env, account, "balance") == (16,)
    env.write(order, factor=3)
    assert stored(env, line, "net") == (48,)
    assert stored(env, account, "balance") == (24,)
    env.delete(order)
    assert stored(env, account, "balance") == (0,)


def test_a_step_moves_a_record_out_of_a_total(env: Env) -> None:
    account: Any = env.create(Account, name="A")
    order = order_with(env, 10, account=account)
    order.confirm()
    assert stored(env, account, "balance", "open_balance") == (10, 10)
    order.finish()
    assert (order.state, stored(env, account, "balance", "open_balance")) == (DONE, (10, 0))
    assert {DRAFT.code, OPEN.code}.isdisjoint({order.state.code})


def test_undo_takes_totals_back(env: Env, world: World) -> None:
    order = order_with(env, 10)
    later = world.new_env("admin")
    with use_env(later):
        later.create(Line, name="B", order=order.id, price=5)
        assert later.get(Order, order.id).net == 15  # type: ignore[attr-defined]
        later.flush()
    undoing = world.new_env("admin")
    with use_env(undoing):
        undoing.undo(later.request_id)
        assert stored(undoing, undoing.get(Order, order.id), "net", "line_count") == (10, 1)


def test_nobody_gives_a_total(env: Env) -> None:
    with pytest.raises(BadRequest, match="cannot be changed here"):
        env.create(Order, title="O", net=5)
    order = order_with(env, 10)
    with pytest.raises(BadRequest, match="cannot be changed here"):
        env.write(order, net=5)
    order.net = Decimal(5)
    with pytest.raises(BadRequest, match="cannot be changed here"):
        env.flush()
    assert order.net == 10


def test_parts_leave_the_version_of_their_whole(env: Env) -> None:
    """A form of the order that is open elsewhere can be saved still."""
    order = order_with(env, 10)
    env.write(order, version=1, title="P")
    assert (order.version, order.net) == (2, 10)


def test_a_record_read_before_the_total_changed_computes_with_the_new_one(env: Env) -> None:
    order = order_with(env, 10)
    row = text("update toy_docs.line set price = 90, net = 90 where order_id = :id")
    env.session.execute(row, {"id": order.id}, execution_options=TRUSTED)
    behind = text('update toy_docs."order" set net = 90 where id = :id')
    env.session.execute(behind, {"id": order.id}, execution_options=TRUSTED)
    env.write(order, discount=50)
    assert stored(env, order, "net", "gross") == (90, 45)


def test_what_a_role_does_not_see_it_does_not_see_added_up(world: World) -> None:
    """Declared for a line, so for the order's total, and for the account's total of these."""
    boss, clerk = world.admin, world.owner
    for model in (Order, Account):
        assert "cost" in boss.policy.readable(boss.info(model))
        assert "cost" not in clerk.policy.readable(clerk.info(model))


def test_a_total_of_what_a_company_hides_is_hidden(env: Env) -> None:
    models = env.composition.models
    assert followers(models, [("toy_docs.line", "price")]) >= {
        ("toy_docs.line", "net"), ("toy_docs.order", "net"), ("toy_docs.order", "gross"), ("toy_docs.account", "balance"),
    }  # fmt: skip


def test_statements_do_not_grow_with_parts_nor_with_wholes(env: Env) -> None:
    account: Any = env.create(Account, name="A")

    def worked(orders: int, lines: int) -> list[list[str]]:
        made = [order_with(env, account=account) for _n in range(orders)]
        rows = [{"name": f"L{n}", "order": order, "price": n + 1} for order in made for n in range(lines)]
        ids: list[int] = []
        create = counted(env, lambda: ids.extend(env.create_many(Line, rows)))
        records = env.get_many(Line, ids)

        def change() -> None:
            for record in records:
                record.price += 1
            env.flush()

        alike = counted(env, lambda: env.write_many(Line, ids, quantity=3))
        return [create, counted(env, change), alike, counted(env, lambda: env.delete(records)),
                counted(env, lambda: env.restore(Line, ids[:1]))]  # fmt: skip

    small, large = worked(1, 1), worked(3, MANY // 3)
    assert [len(one) for one in small] == [len(one) for one in large]
    create, change, *_others = large
    assert len(create) <= 9 and len(change) <= 9, (create, change)


def test_an_order_with_its_lines_takes_as_many_statements_for_one_line_as_for_many(env: Env) -> None:
    account = env.create(Account, name="A")

    def made(lines: int) -> list[str]:
        rows = [{"name": f"L{n}", "price": n + 1} for n in range(lines)]
        return counted(env, lambda: env.create(Order, title="O", account=account, lines=rows))

    few, many = made(1), made(500)
    assert few == many
    assert len(many) <= 11


def test_lines_of_a_closed_order_are_made_with_it(env: Env) -> None:
    """As an import of what is long over needs it; afterwards nothing is added."""
    order: Any = env.sudo("long over").create(Order, title="O", state=DONE, lines=[{"name": "L", "price": 3}])
    assert (order.state, order.net) == (DONE, 3)
    with pytest.raises(StateForbids), attempt(env):
        env.create(Line, name="M", order=order)


def test_one_statement_takes_all_totals_of_a_record(env: Env) -> None:
    order = order_with(env)
    create = counted(env, lambda: env.create(Line, name="A", order=order, price=1))
    assert create.count("select") + create.count("with") + create.count("update") == len(create)


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"of": "nothing"}, "no list of records"), ({"of": "title"}, "no list of records"),
    ({"of": "lines", "sum": "name"}, "no stored number"), ({"of": "lines", "sum": "nothing"}, "no stored number"),
    ({"of": "lines", "sum": "net", "where": ("nothing", 1)}, "plain values"),
    ({"of": "lines", "sum": "net", "where": ("kind", object())}, "plain values"),
    ({"of": "lines", "sum": "net", "where": ("kind", ())}, "plain values"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "words"), IMPOSSIBLE)
def test_a_total_that_cannot_be_kept_is_refused_at_its_field(
    composed: Composition, settings: dict[str, Any], words: str
) -> None:
    info = composed.models["toy_docs.order"]
    wrong = total(_("Wrong"), **settings).bound(info.key, info.addon, info.cls)
    wrong.name = "wrong"
    info.fields["wrong"] = wrong
    try:
        with pytest.raises(CompositionError, match=words) as told:
            declare_totals(composed)
    finally:
        del info.fields["wrong"]
    assert (told.value.model, told.value.field) == ("toy_docs.order", "wrong")
