"""Writing: reach, relations, hooks within hooks, what follows from others, audit."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from toy_shop.models import PAID, Client, Item, Parcel, Purchase, Tag, Wearing

from core.errors import AccessDenied, Conflict, NotFound, StateForbids, UserError, ValidationFailed
from core.orm.audit_tables import audit
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import entries_of
from core.orm.trust import TRUSTED
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Any:
    with use_env(world.owner):
        yield world.owner


def again(env: Env, record: Any) -> Any:
    """The row as it is now."""
    env.session.expire_all()
    return env.get(type(record), record.id)


# -- reach ---------------------------------------------------------------------------------------------------------


def test_giving_a_record_away_needs_the_right_for_it(env: Env, world: World) -> None:
    mine: Any = env.create(Client, name="mine")
    colleague = world.staff.users["colleague"]
    with pytest.raises(AccessDenied):
        env.write(mine, owner=colleague, name="given")
    assert again(env, mine).name == "mine"
    with pytest.raises(AccessDenied):
        mine.owner_id = colleague
        env.flush()
    assert again(env, mine).owner_id == env.user_id
    director = world.director
    with use_env(director):
        own: Any = director.create(Client, name="own")
        director.write(own, owner=colleague)
        assert own.owner_id == colleague, "who may assign may give away"
    with use_env(world.superior):
        held: Any = world.superior.get(Client, mine.id)
        world.superior.write(held, owner=colleague)
        assert held.owner_id == colleague, "a superior moves records among the people below"


def test_a_step_gives_away_by_its_own_right(env: Env, world: World) -> None:
    purchase: Any = env.create(Purchase, subject="P")
    purchase.give_to(to=env.get("base.user", world.staff.users["colleague"]))
    assert purchase.owner_id == world.staff.users["colleague"]
    with pytest.raises(NotFound):
        env.write(purchase, subject="no more")


def test_creating_for_somebody_else_needs_reach(env: Env, world: World) -> None:
    with pytest.raises(AccessDenied):
        env.create(Client, name="for a colleague", owner=world.staff.users["colleague"])


# -- relations -----------------------------------------------------------------------------------------------------


def test_links_to_what_the_caller_may_not_see_stay(env: Env, world: World) -> None:
    mine: Any = env.create(Client, name="mine")
    own: Any = env.create(Tag, name="own")
    with use_env(world.admin):
        foreign: Any = world.admin.create(Tag, name="foreign")
        more: Any = world.admin.create(Tag, name="more")
        world.admin.write(world.admin.get(Client, mine.id), tags=[foreign.id])
    mine = again(env, mine)
    env.write(mine, tags=[own.id])
    assert env.linked(mine, "tags") == sorted([own.id, foreign.id])
    env.write(mine, tags=[own.id, foreign.id])
    env.write(mine, tags=[])
    assert env.linked(mine, "tags") == [foreign.id]
    with pytest.raises(ValidationFailed):
        env.write(mine, tags=[more.id])
    with use_env(world.admin):
        world.admin.write(world.admin.get(Client, mine.id), tags=[])
        assert world.admin.linked(mine, "tags") == []


def test_links_need_no_version_when_nothing_changes(env: Env) -> None:
    own: Any = env.create(Tag, name="own")
    mine: Any = env.create(Client, name="mine", tags=[own])
    env.write(mine, tags=[own.id])
    assert mine.version == 1 and len(entries_of(env, env.info(Client), mine.id)) == 1
    env.write(mine, tags=[])
    assert mine.version == 2 and mine.tags == []
    entry = entries_of(env, env.info(Client), mine.id)[0]
    assert (entry.changes["tags"]["o"], entry.changes["tags"]["n"]) == ([own.id], [])


def test_links_are_audited_at_both_ends(env: Env) -> None:
    own: Any = env.create(Tag, name="own")
    mine: Any = env.create(Client, name="mine", tags=[own])
    env.write(mine, tags=[])
    rows = env.session.execute(
        select(audit.c.operation, audit.c.changes).where(audit.c.model == "toy_shop.tag", audit.c.record_id == own.id)
        .order_by(audit.c.id), execution_options=TRUSTED,
    ).all()  # fmt: skip
    assert [row.operation for row in rows] == ["create", "link", "link"]
    name = "toy_shop.client.tags"
    assert [(row.changes[name]["o"], row.changes[name]["n"]) for row in rows[1:]] == [
        (None, mine.id),
        (mine.id, None),
    ]
    assert [entry.operation for entry in entries_of(env, env.info(Tag), own.id)] == ["create"]


def test_the_links_of_a_closed_record_are_closed(env: Env) -> None:
    env.create(Tag, name="own")
    purchase: Any = env.create(Purchase, subject="P")
    purchase.pay()
    for values in ({"subject": "x"}, {"client": None, "count": 3}):
        with pytest.raises(StateForbids):
            env.write(purchase, **values)
        with pytest.raises(StateForbids):
            env.sudo("a test").write(purchase, **values)


def test_a_relation_kept_by_a_write_is_not_asked_for_again(env: Env, world: World) -> None:
    """The target may be out of sight or in the bin by now: only a new value has to be seen."""
    with use_env(world.admin):
        hidden: Any = world.admin.create(Client, name="hidden")
    mine: Any = env.create(Client, name="mine")
    env.sudo("a test").write(mine, upper=hidden.id)
    env.write(mine, upper=hidden.id, name="renamed")
    assert (mine.upper_id, mine.name) == (hidden.id, "renamed")


def test_a_step_may_point_to_what_the_caller_does_not_see(env: Env, world: World) -> None:
    with use_env(world.admin):
        hidden: Any = world.admin.create(Client, name="hidden")
    purchase: Any = env.create(Purchase, subject="P")
    with env.granting([purchase], "step"):
        purchase.client_id = hidden.id
    assert purchase.client_id == hidden.id
    with env.granting([purchase], "step"), pytest.raises(ValidationFailed):
        purchase.client_id = 2**40
        env.flush()


# -- bulk ----------------------------------------------------------------------------------------------------------


def test_many_records_at_once(env: Env) -> None:
    ids = env.create_many(Client, [{"name": f"n{n}"} for n in range(200)])
    env.write_many(Client, [*ids, ids[0], ids[0]], city="X")
    assert env.count(Client, env.condition(Client, "city", "eq", "X")).value == 200
    assert {record.version for record in env.get_many(Client, ids)} == {2}
    with pytest.raises(NotFound):
        env.write_many(Client, [*ids, 2**40], city="Y")
    assert env.count(Client, env.condition(Client, "city", "eq", "Y")).value == 0


def test_which_row_of_a_batch_is_a_duplicate(env: Env, world: World) -> None:
    env.create(Client, name="there", code="K3", tax="T", city="C")
    for rows, row, name in (
        ([{"name": "a"}, {"name": "b", "code": "K3"}, {"name": "c"}], 1, "code"),
        ([{"name": "a", "code": "N"}, {"name": "b"}, {"name": "c", "code": "N"}], 2, "code"),
        ([{"name": "a", "tax": "T", "city": "D"}, {"name": "b", "tax": "T", "city": "C"}], 1, "city"),
    ):
        with pytest.raises(ValidationFailed) as told:
            env.create_many(Client, rows)
        assert (told.value.row, set(told.value.problems)) == (row, {name})  # type: ignore[attr-defined]
    ids = env.create_many(
        Client, [{"name": "x", "tax": "T", "city": "1"}, {"name": "y", "tax": "T", "city": "2"}]
    )
    one, two = env.get_many(Client, ids)
    one.city, two.code = "C", "fine"
    with pytest.raises(ValidationFailed) as told:
        env.flush()
    assert set(told.value.problems) == {"city"}
    assert again(env, two).code is None, "a refused batch is taken back whole"
    one = again(env, one)
    env.write(one, city="C", tax="other")
    assert one.city == "C"


def test_two_records_may_exchange_unique_values_in_two_steps(env: Env) -> None:
    one: Any = env.create(Client, name="1", code="A")
    two: Any = env.create(Client, name="2", code="B")
    env.write(one, code=None)
    env.write(two, code="A")
    env.write(one, code="B")
    assert (again(env, one).code, again(env, two).code) == ("B", "A")


# -- versions ------------------------------------------------------------------------------------------------------


def test_a_form_that_is_too_old_conflicts_as_a_whole(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.orm.merging.MERGED_VERSIONS", 3)
    record: Any = env.create(Client, name="A", city="B")
    env.write(record, city="C")
    for name in "xyz":
        env.write(record, name=name)
    with pytest.raises(Conflict):
        env.write(record, version=1, city="mine")
    env.write(record, version=2, city="mine")
    assert record.city == "mine"


def test_a_version_from_the_future_is_refused(env: Env) -> None:
    record: Any = env.create(Client, name="A")
    with pytest.raises(Conflict):
        env.write(record, version=7, name="B")


def test_links_conflict_like_values(env: Env, world: World) -> None:
    one, two, three = (env.create(Tag, name=name) for name in "abc")
    record: Any = env.create(Client, name="A", tags=[one])
    env.write(record, tags=[two])
    with pytest.raises(Conflict):
        env.write(record, version=1, tags=[three.id])
    env.write(record, version=1, tags=[one.id], name="merged")
    assert (record.name, env.linked(record, "tags")) == ("merged", [two.id])
    env.write(record, version=1, tags=[two.id])


# -- hooks ---------------------------------------------------------------------------------------------------------


def test_a_hook_may_write_others_of_the_same_model(env: Env, answers: dict[str, Any]) -> None:
    one: Any = env.create(Client, name="one")
    two: Any = env.create(Client, name="two", visits=0)
    calls: Counter[int] = Counter()

    def before(env: Env, records: Any, values: Any) -> None:
        calls.update(record.id for record in records)
        if any(record is one for record in records):
            env.sudo("count").write(two, visits=(two.visits or 0) + 1)
            env.write(two, city="by the hook")

    answers["before_write"] = lambda env, model, records, values: before(env, records, values)
    env.write(one, name="changed")
    assert calls == {one.id: 1, two.id: 2}
    assert (again(env, one).name, one.version) == ("changed", 2)
    assert (two.visits, two.city) == (1, "by the hook")
    assert [entry.version for entry in entries_of(env, env.info(Client), one.id)] == [2, 1]


def test_a_hook_may_change_the_very_record(env: Env, answers: dict[str, Any]) -> None:
    one: Any = env.create(Client, name="one", city="C", visits=3)
    tag: Any = env.create(Tag, name="t")

    def before(env: Env, model: Any, records: Any, values: Any) -> None:
        for record in records:
            if getattr(record, "city", None) == "undo me":
                record.city = "C"
            if model is Client and record.visits == 3:
                env.write(record, visits=4, tags=[tag.id])
                env.search(Client)

    answers["before_write"] = before
    env.write(one, name="two", city="undo me")
    assert (again(env, one).name, one.city, one.visits, one.version) == ("two", "C", 4, 2)
    assert env.linked(one, "tags") == [tag.id]
    (entry,) = entries_of(env, env.info(Client), one.id, since=1)
    assert set(entry.changes) == {"name", "visits", "tags"}


def test_a_hook_that_takes_everything_back_leaves_the_record_alone(env: Env, answers: dict[str, Any]) -> None:
    one: Any = env.create(Client, name="one")

    def before(env: Env, model: Any, records: Any, values: Any) -> None:
        for record in records:
            record.name = "one"

    answers["before_write"] = before
    env.write(one, name="two")
    assert (again(env, one).name, one.version) == ("one", 1)


def test_hooks_after_a_write_see_the_row_once(env: Env, answers: dict[str, Any]) -> None:
    """Two models changed in one flush, and a hook that flushes in between: nothing is written twice."""
    client: Any = env.create(Client, name="c")
    purchase: Any = env.create(Purchase, subject="p", client=client)
    tag: Any = env.create(Tag, name="t")

    def after(env: Env, model: Any, records: Any, changes: Any) -> None:
        if model is Client:
            env.write(tag, name="by the hook")

    answers["after_write"] = after
    client.name, purchase.subject, purchase.count = "c2", "p2", 5
    env.flush()
    assert (again(env, client).version, again(env, purchase).version, again(env, tag).version) == (2, 2, 2)
    assert len(entries_of(env, env.info(Purchase), purchase.id)) == 2


def test_a_hook_may_create_of_the_same_model(env: Env, answers: dict[str, Any]) -> None:
    def after(env: Env, model: Any, records: Any) -> None:
        for record in records:
            if model is Client and record.name == "first":
                env.create(Client, name="second", upper=record)

    answers["after_create"] = after
    first: Any = env.create(Client, name="first")
    second: Any = env.first(Client, Client.name == "second")
    assert (second.upper_id, second.upper_name, second.level) == (first.id, "first", 2)


def test_hooks_that_never_end_are_stopped(env: Env, answers: dict[str, Any]) -> None:
    one: Any = env.create(Client, name="one", visits=0)

    def after(env: Env, model: Any, records: Any, changes: Any) -> None:
        for record in records:
            record.visits += 1

    answers["after_write"] = after
    with pytest.raises(RuntimeError):
        env.write(one, name="two")
    answers.clear()
    assert not env.session.dirty or not any(map(env.session.is_modified, env.session.dirty))


def test_a_hook_may_not_change_the_state(env: Env, answers: dict[str, Any]) -> None:
    purchase: Any = env.create(Purchase, subject="P")

    def before(env: Env, model: Any, records: Any, values: Any) -> None:
        records[0].state = PAID

    answers["before_write"] = before
    with pytest.raises(StateForbids):
        env.write(purchase, subject="x")


# -- what follows from others --------------------------------------------------------------------------------------


def test_computed_values_follow_over_two_models(env: Env) -> None:
    client: Any = env.create(Client, name="c", discount=1)
    purchase: Any = env.create(Purchase, subject="p", client=client, price=11)
    item: Any = env.create(Item, name="i", purchase=purchase)
    assert (purchase.total, item.share) == (10, 5)
    env.write(client, discount=3)
    assert (purchase.total, item.share) == (8, 4), "in the hand"
    assert (again(env, purchase).total, again(env, item).share) == (8, 4), "in the row"
    client.discount, purchase.price = Decimal(1), Decimal(21)
    env.flush()
    assert (again(env, purchase).total, again(env, item).share) == (20, 10)
    env.write(purchase, client=None)
    assert (again(env, purchase).total, again(env, item).share) == (21, Decimal("10.5"))


def test_computed_values_follow_along_a_chain_of_the_same_model(env: Env) -> None:
    clients: list[Any] = [env.create(Client, name="0")]
    for n in range(1, 5):
        clients.append(env.create(Client, name=str(n), upper=clients[-1]))
    assert [one.level for one in clients] == [1, 2, 3, 4, 5]
    top: Any = env.create(Client, name="top")
    env.write(clients[0], upper=top)
    assert [again(env, one).level for one in clients] == [2, 3, 4, 5, 6]


def test_a_circle_of_computed_values_is_refused(env: Env) -> None:
    one: Any = env.create(Client, name="1")
    two: Any = env.create(Client, name="2", upper=one)
    with pytest.raises(UserError):
        env.write(one, upper=two)


def test_a_recomputed_value_is_found_and_sorted(env: Env) -> None:
    upper: Any = env.create(Client, name="alpha")
    lower: Any = env.create(Client, name="low", upper=upper)
    env.write(upper, name="重庆")
    assert again(env, lower).upper_name == "重庆"
    assert [row[0] for row in env.page(Client, ["name"], search="重庆", order="id").rows] == [
        upper.id,
        lower.id,
    ]
    other: Any = env.create(Client, name="low", upper=env.create(Client, name="bcd"))
    found = [row[0] for row in env.page(Client, ["name"], order="-upper_name").rows]
    assert found.index(lower.id) < found.index(other.id)


def test_computed_values_of_binned_records_follow_too(env: Env, world: World) -> None:
    with use_env(world.admin):
        admin = world.admin
        client: Any = admin.create(Client, name="c", discount=1)
        purchase: Any = admin.create(Purchase, subject="p", client=client, price=10)
        admin.delete(purchase)
        admin.write(client, discount=4)
        admin.restore(Purchase, [purchase.id])
        assert admin.get(Purchase, purchase.id).total == 6


def test_computed_values_follow_when_a_relation_is_cleared(world: World) -> None:
    with use_env(world.admin):
        admin = world.admin
        upper: Any = admin.create(Client, name="upper")
        lower: Any = admin.create(Client, name="lower", upper=upper)
        assert (lower.level, lower.upper_name) == (2, "upper")
        admin.delete(upper)
        assert (lower.upper_id, lower.level, lower.upper_name) == (None, 1, None)
        admin.write(lower, name="goes on")
        assert lower.version == 3


def test_only_what_changes_is_recomputed(env: Env) -> None:
    client: Any = env.create(Client, name="c", discount=1)
    purchase: Any = env.create(Purchase, subject="p", client=client, price=10)
    env.write(client, city="X")
    assert purchase.version == 1 and again(env, purchase).total == 9


# -- audit ---------------------------------------------------------------------------------------------------------


def test_every_version_of_every_row_is_in_the_audit(env: Env, world: World, answers: dict[str, Any]) -> None:
    with use_env(world.admin):
        admin = world.admin
        tag: Any = admin.create(Tag, name="t")
        client: Any = admin.create(Client, name="c", tags=[tag], watchers=[admin.user_id])
        lower: Any = admin.create(Client, name="l", upper=client)
        purchase: Any = admin.create(Purchase, subject="p", client=lower, price=3)
        item: Any = admin.create(Item, name="i", purchase=purchase)
        admin.create(Parcel, name="x", purchase=purchase, item=item)
        admin.write(client, name="c2", tags=[])
        admin.write_many(Client, [client.id, lower.id], city="C")
        purchase.send()
        purchase.give_to(to=admin.get("base.user", world.staff.users["owner"]))
        admin.delete(purchase)
        admin.restore(Purchase, [purchase.id])
        admin.delete(client)
        admin.undo(admin.request_id) if False else None
        for info in admin.composition.models.values():
            if info.addon != "toy_shop":
                continue
            rows = dict(
                tuple(row)
                for row in admin.session.execute(
                    select(info.table.c.id, info.table.c.version), execution_options=TRUSTED
                )
            )
            told = admin.session.execute(
                select(audit.c.record_id, func.max(audit.c.version), func.count(), func.count(audit.c.version.distinct()))
                .where(audit.c.model == info.key, audit.c.operation != "link", audit.c.record_id.in_(rows)).group_by(audit.c.record_id),
                execution_options=TRUSTED,
            ).all()  # fmt: skip
            assert {row[0]: row[1] for row in told} == rows, info.key
            assert all(row[1] == row[2] == row[3] for row in told), "one audit row for each version"


def test_secrets_are_nowhere(env: Env) -> None:
    record: Any = env.create(Client, name="A", pin="geheim1")
    env.write(record, pin="geheim2")
    rows = env.session.execute(
        select(audit).where(audit.c.model == "toy_shop.client"), execution_options=TRUSTED
    ).all()
    assert rows and "geheim" not in str(rows)
    assert record.version == 2


def test_wearing_is_found_by_name(env: Env) -> None:
    env.create(Wearing, name="W")
    assert env.complete(Wearing, "w") == [(env.first(Wearing).id, "W")]  # type: ignore[union-attr]
