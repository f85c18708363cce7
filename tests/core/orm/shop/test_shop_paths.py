"""One by one or together, by records or by ids: the same rows, the same audit, the same refusals."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from toy_shop.models import PAID, Client, Purchase, Shelf

from core.errors import AccessDenied, BadRequest, Conflict, NotFound, StateForbids, ValidationFailed
from core.orm import alike
from core.orm.audit_tables import audit
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import as_stored, value_digest
from core.orm.trust import TRUSTED
from core.testing.world import World

OWN = frozenset({"id", "number", "number__sort", "created_at", "changed_at"})
"""Columns in which two records differ although they were written alike."""


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.owner):
        yield world.owner


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """No addon listens, as is usual: the listeners of this bench want every event."""
    monkeypatch.setattr(Env, "listens", lambda env, event, info: False)


def rows_of(env: Env, model: Any, ids: Sequence[int]) -> list[dict[str, Any]]:
    table = env.info(model).table
    found = env.session.execute(
        select(table).where(table.c.id.in_(ids)).order_by(table.c.id), execution_options=TRUSTED
    )
    return [{name: value for name, value in row._mapping.items() if name not in OWN} for row in found]


def told_of(env: Env, model: Any, ids: Sequence[int]) -> list[list[tuple[Any, ...]]]:
    """The audit of each record; what it says is checked against its digests."""
    statement = (
        select(audit)
        .where(audit.c.model == env.info(model).key, audit.c.record_id.in_(ids))
        .order_by(audit.c.id)
    )
    found: dict[int, list[tuple[Any, ...]]] = {key: [] for key in ids}
    for row in env.session.execute(statement, execution_options=TRUSTED):
        assert row.digests == {
            n: value_digest(one["o"], one["n"], one["s"]) for n, one in row.changes.items()
        }
        fields = env.info(model).fields
        values = {
            name: tuple(as_stored(fields[name], one[side]) for side in "on")
            for name, one in sorted(row.changes.items()) if name not in OWN
        }  # fmt: skip
        found[row.record_id].append(
            (row.operation, row.version, row.user_id, row.company_id, row.channel, values)
        )
    return [found[key] for key in ids]


# -- the same values on many records --------------------------------------------------------------------------------

VALUES: list[dict[str, Any]] = [
    {"tier": "high"},
    {"mail": "a@example.org"},
    {"site": None},
    {"story": "two\nlines with “quotes”, \\ and a tab\t"},
    {"rating": Decimal("1.5")},
    {"visits": "12"},
    {"active": False},
    {"born": date(2001, 2, 3)},
    {"met": datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)},
    {"extra": {"b": 1, "a": ["字", None]}},
    {"title": {"en": "T", "zh_CN": "题"}},
    {"pin": "4321"},
    {"tier": "low", "visits": 7, "born": None, "rating": "0.00000001"},
]


def three_clients(env: Env) -> list[int]:
    return env.create_many(Client, [
        {"name": "A", "visits": 7, "rating": Decimal("1.5"), "site": "https://a.example", "mail": "b@example.org"},
        {"name": "B", "tier": "high", "born": date(2001, 2, 3), "active": False, "story": "x", "extra": {"a": 1}},
        {"name": "C", "tier": "low", "met": datetime(2026, 1, 1, tzinfo=UTC), "pin": "1", "title": {"en": "T"}},
    ])  # fmt: skip


@pytest.mark.parametrize("values", VALUES, ids=lambda values: "+".join(values))
def test_many_by_id_are_written_as_records_are(
    env: Env, unheard: None, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]
) -> None:
    by_id, by_record = three_clients(env), three_clients(env)
    with monkeypatch.context() as patched:
        patched.setattr(Env, "get_many", lambda *_: pytest.fail("the records were loaded"))
        env.write_many(Client, by_id, **values)
    env.write(env.get_many(Client, by_record), **values)
    assert rows_of(env, Client, by_id) == rows_of(env, Client, by_record)
    assert told_of(env, Client, by_id) == told_of(env, Client, by_record)


def test_a_relation_is_written_alike_and_must_be_there(env: Env, unheard: None, world: World) -> None:
    ids = env.create_many(Purchase, [{"subject": "P"}, {"subject": "Q"}])
    branch = env.first("base.option", env.condition("base.option", "list_code", "eq", "toy_shop.branch"))
    clients = three_clients(env)
    env.write_many(Client, clients, branch=branch)
    assert {row["branch_id"] for row in rows_of(env, Client, clients)} == {branch.id}
    other = env.first("base.option", env.condition("base.option", "list_code", "eq", "toy_shop.other"))
    for wrong in (other, 10**9):
        with pytest.raises(ValidationFailed) as told:
            env.write_many(Client, clients, branch=wrong)
        assert set(told.value.problems) == {"branch"}
    env.write_many(Purchase, ids, count=3)
    assert {row["count"] for row in rows_of(env, Purchase, ids)} == {3}


def test_records_that_are_held_follow(env: Env, unheard: None) -> None:
    ids = three_clients(env)
    held: Any = env.get(Client, ids[0])
    env.write_many(Client, ids, visits=99)
    assert (held.visits, held.version, held.changed_by_id) == (99, 2, env.user_id)
    held.visits = 100
    env.write_many(Client, ids, tier="high")
    assert (held.visits, held.tier, held.version) == (100, "high", 4)
    assert {row["tier"] for row in rows_of(env, Client, ids)} == {"high"}
    env.session.expire(held)
    assert (held.visits, held.tier, held.version) == (100, "high", 4)


def test_a_record_that_was_read_before_it_changed_is_not_overwritten(env: Env, unheard: None) -> None:
    ids = three_clients(env)
    held: Any = env.get(Client, ids[0])
    held.__dict__["version"] = 5
    with pytest.raises(Conflict):
        env.write_many(Client, ids, visits=99)


def test_what_is_as_wanted_stays_as_it_is(env: Env, unheard: None) -> None:
    ids = three_clients(env)
    env.write_many(Client, ids, tier="high")
    env.write_many(Client, ids, tier="high")
    assert [row["version"] for row in rows_of(env, Client, ids)] == [2, 1, 2]


def test_refusals_are_those_of_records(env: Env, unheard: None, world: World) -> None:
    ids = three_clients(env)
    with pytest.raises(NotFound):
        env.write_many(Client, [*ids, 10**9], visits=1)
    with pytest.raises(NotFound):
        env.write_many(Client, [*ids, 2**70], visits=1)
    with pytest.raises(ValidationFailed) as told:
        env.write_many(Client, ids, visits="many", mail="none")
    assert set(told.value.problems) == {"visits", "mail"}
    with pytest.raises(ValidationFailed):
        env.write_many(Client, ids, active=None)
    for name in ("id", "company", "level", "nothing", "shout"):
        with pytest.raises(BadRequest):
            env.write_many(Client, ids, **{name: 1})
    with use_env(world.colleague), pytest.raises(NotFound):
        world.colleague.write_many(Client, ids, visits=1)
    purchase: Any = env.create(Purchase, subject="P", client=ids[0])
    with use_env(world.stranger), pytest.raises((AccessDenied, NotFound)):
        world.stranger.write_many(Purchase, [purchase.id], count=1)
    purchase.pay()
    assert purchase.state == PAID
    with pytest.raises(StateForbids):
        env.write_many(Purchase, [purchase.id], count=1)
    assert {row["version"] for row in rows_of(env, Client, ids)} == {1}


def test_who_may_look_only_is_told_so(env: Env, unheard: None, world: World) -> None:
    theirs: Any = world.colleague.create(Client, name="theirs")
    env.sudo("t").create(Purchase, subject="P", client=theirs.id, owner=env.user_id)
    assert env.get(Client, theirs.id) is not None
    with pytest.raises(AccessDenied):
        env.write_many(Client, [theirs.id], visits=1)


def test_giving_many_away_needs_the_right_for_it(env: Env, unheard: None, world: World) -> None:
    ids = three_clients(env)
    with pytest.raises(AccessDenied):
        env.write_many(Client, ids, owner=world.staff.users["colleague"])


@pytest.mark.parametrize(
    "values", [{"name": "新名"}, {"discount": 3}, {"code": None}, {"tags": []}, {"hidden": "h"}]
)
def test_what_others_follow_from_goes_by_records(env: Env, unheard: None, values: dict[str, Any]) -> None:
    ids = three_clients(env)
    assert not alike.write_alike(env, env.info(Client), ids, values, "write")
    env.write_many(Client, ids, **values)
    assert all(one.version <= 2 for one in env.get_many(Client, ids))


def test_listeners_get_records(env: Env, answers: dict[str, Any]) -> None:
    ids = three_clients(env)
    heard: dict[str, dict[int, Any]] = {}

    def note(event: str) -> Any:
        return lambda records, **said: heard.__setitem__(
            event,
            {one.id: new for one, new in zip(records, said.get("values") or said["changes"], strict=True)},
        )

    answers.update({event: note(event) for event in ("before_write", "after_write")})
    env.write_many(Client, ids, visits=50)
    assert heard["before_write"] == {key: {"visits": 50} for key in ids}
    olds = (7, None, None)
    assert heard["after_write"] == {key: {"visits": (old, 50)} for key, old in zip(ids, olds, strict=True)}


def test_a_person_completes_what_an_import_left_out(env: Env, unheard: None) -> None:
    ids = env.create_many(Shelf, [{"name": "A"}, {"name": "B", "place": "P"}], waived=frozenset({"place"}))
    with pytest.raises(ValidationFailed) as told:
        env.write_many(Shelf, ids, boards=2)
    assert set(told.value.problems) == {"place"}
    env.session.expunge_all()
    env.write_many(Shelf, ids, boards=2, place="Q")
    assert [(row["boards"], row["place"]) for row in rows_of(env, Shelf, ids)] == [(2, "Q")] * 2
    left = env.create_many(Shelf, [{"name": "C"}], waived=frozenset({"place"}))
    env.channel = "job"
    env.write_many(Shelf, left, boards=3)
    assert [(row["boards"], row["place"]) for row in rows_of(env, Shelf, left)] == [(3, None)]


# -- new records ----------------------------------------------------------------------------------------------------

texts = st.text("张三北京ab Z9'\"\\\n%:é。\u3000", max_size=6)
clients = st.fixed_dictionaries(
    {"name": texts},
    optional={
        "story": texts, "tier": st.sampled_from(["low", "high", "none"]), "visits": st.integers(-3, 3),
        "rating": st.decimals(-9, 9, places=3), "born": st.dates(date(1, 1, 1), date(9999, 12, 31)),
        "met": st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)), "pin": texts, "active": st.booleans(),
        "extra": st.dictionaries(texts, st.integers() | st.none() | texts, max_size=2), "code": st.sampled_from("xyz"),
    },
)  # fmt: skip


def made(env: Env, work: Any) -> Any:
    """What came of creating: rows and audit, or the refusal; all of it is taken back."""
    connection = env.session.connection()
    connection.exec_driver_sql("savepoint before")
    try:
        ids = work()
        return rows_of(env, Client, ids), told_of(env, Client, ids)
    except ValidationFailed as problem:
        return {name: [str(text) for text in told] for name, told in problem.problems.items()}
    finally:
        env.session.expunge_all()
        connection.exec_driver_sql("rollback to savepoint before")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(clients, min_size=1, max_size=4))
def test_a_batch_is_made_as_single_records_are(env: Env, rows: list[dict[str, Any]]) -> None:
    together = made(env, lambda: env.create_many(Client, rows))
    single = made(env, lambda: [env.create(Client, **row).id for row in rows])
    loaded = made(env, lambda: [env.create_many(Client, [row])[0] for row in rows])
    assert single == loaded
    if isinstance(together, dict) and isinstance(single, dict) and "code" in {*together, *single}:
        return  # a batch is checked as a whole before the database sees that a value is taken
    assert together == single


def test_a_made_record_holds_what_its_row_holds(env: Env) -> None:
    record: Any = env.create(
        Client, name="Ａ张三", rating="1.25", met=datetime(2026, 1, 1, tzinfo=UTC), active=False
    )
    held = {name: value for name, value in record.__dict__.items() if not name.startswith("_sa")}
    assert held["level"] == 1 and held["number"] and held["tier"] == "normal" and held["upper_id"] is None
    env.session.expire(record)
    assert {name: getattr(record, name) for name in held} == held


def test_a_taken_value_leaves_nothing_behind(env: Env) -> None:
    env.create(Client, name="first", code="K")
    before = env.session.scalar(
        select(audit.c.id).order_by(audit.c.id.desc()).limit(1), execution_options=TRUSTED
    )
    for work in (
        lambda: env.create(Client, name="second", code="K"),
        lambda: env.create_many(Client, [{"name": "second", "code": "K"}]),
        lambda: env.create_many(Client, [{"name": "third", "code": "L"}, {"name": "second", "code": "K"}]),
    ):
        with pytest.raises(ValidationFailed) as told:
            work()
        assert set(told.value.problems) == {"code"}
    assert env.count(Client).value == 1
    after = env.session.scalar(
        select(audit.c.id).order_by(audit.c.id.desc()).limit(1), execution_options=TRUSTED
    )
    assert after == before
