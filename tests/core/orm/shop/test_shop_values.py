"""Values that no form would send: each is stored as it should be, or told at its field; none breaks the transaction."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from toy_shop.models import Client, Purchase

from core.errors import BadRequest, UserError, ValidationFailed
from core.orm.context import use_env
from core.orm.env import Env
from core.testing.world import World

NAN, HUGE = float("nan"), Decimal("1e400")


@pytest.fixture
def env(world: World) -> Any:
    with use_env(world.owner):
        yield world.owner


def made(env: Env, **values: Any) -> Any:
    """The record as the database has it."""
    key = env.create_many(Client, [{"name": "A"} | values])[0]
    env.session.expire_all()
    return env.get(Client, key)


BAD: list[tuple[str, Any]] = [
    ("rating", NAN), ("rating", "NaN"), ("rating", "sNaN"), ("rating", Decimal("Infinity")), ("rating", HUGE),
    ("rating", "1e999999999"), ("rating", Decimal(10) ** 16), ("rating", True), ("rating", [1]), ("rating", {"a": 1}),
    ("rating", "a lot"), ("rating", ""), ("discount", "999999999999999.99999"), ("discount", Decimal("-1e15")),
    ("visits", 2**63), ("visits", -(2**63) - 1), ("visits", 1.5), ("visits", Decimal("2.5")), ("visits", True),
    ("visits", "9" * 5000), ("visits", "x"), ("visits", [1]), ("visits", NAN), ("visits", float("inf")),
    ("active", "maybe"), ("active", 2), ("active", [True]),
    ("born", "2026-01-01x"), ("born", datetime(2026, 1, 1, tzinfo=UTC)), ("born", 5), ("born", [date(2026, 1, 1)]),
    ("met", date(2026, 1, 1)), ("met", "yesterday"), ("met", 5),
    ("met", datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))),
    ("met", datetime(1, 1, 1, 1, tzinfo=timezone(timedelta(hours=12)))),
    ("name", 5), ("name", ["A"]), ("name", {"A": 1}), ("name", b"A"), ("name", "x" * 501), ("name", "\u200b \u2060"),
    ("name", "\ud800" * 600), ("story", "x" * 100_001), ("tier", "unknown"), ("tier", ["low"]), ("mail", "a@b\nc.de"),
    ("mail", "nobody"), ("site", "javascript:alert(1)"), ("title", ["A"]), ("title", {"en": 5}), ("title", {"xx": "A"}),
    ("title", {"en": "x" * 501}), ("title", 5), ("extra", {"a": {1, 2}}), ("extra", {"a": NAN}), ("extra", object()),
    ("upper", "1"), ("upper", True), ("upper", 2**63), ("upper", -1), ("upper", [1]), ("upper", {"id": 1}),
    ("tags", 5), ("tags", ["x"]), ("tags", [None]), ("tags", [2**70]), ("tags", "12"), ("pin", 5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    BAD,
    ids=[f"{name} {'object' if type(value) is object else str(value)[:30]!r}" for name, value in BAD],
)
def test_what_does_not_fit_is_told_at_its_field(env: Env, name: str, value: Any) -> None:
    with pytest.raises(ValidationFailed) as told:
        made(env, **{name: value})
    assert set(told.value.problems) == {name}
    record: Any = made(env, name="before")
    with pytest.raises(ValidationFailed) as told:
        env.write(record, **{name: value})
    assert set(told.value.problems) == {name}
    setattr(record, env.info(Client).fields[name].attribute, value) if name != "tags" else None
    if name != "tags":
        with pytest.raises(UserError):
            env.flush()
    assert env.get(Client, record.id).name == "before"


GOOD: list[tuple[str, Any, Any]] = [
    ("rating", 0.1, Decimal("0.1")), ("rating", "12.5", Decimal("12.5")), ("rating", 3, Decimal(3)),
    ("discount", "0.00005", Decimal("0.0001")), ("discount", Decimal("999999999999999.9999"), Decimal("999999999999999.9999")),
    ("discount", "-0.00005", Decimal("-0.0001")), ("visits", "12", 12), ("visits", 2**63 - 1, 2**63 - 1),
    ("visits", 3.0, 3), ("visits", Decimal(4), 4), ("active", 1, True), ("active", 0, False), ("active", "false", False),
    ("active", "是", True), ("active", "no", False), ("born", datetime(2026, 1, 1, 23), date(2026, 1, 1)),
    ("met", datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),
    ("met", datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))), datetime(2026, 1, 1, tzinfo=UTC)),
    ("name", "<script>alert(1)</script>", "<script>alert(1)</script>"), ("name", " e\u0301\x00 ", "é"),
    ("name", "first\r\nsecond\tthird", "first second third"), ("name", "\ud83d\ude00", "😀"), ("name", "a\ud800b", "a\ufffdb"),
    ("story", "one\ntwo", "one\ntwo"), ("story", "  \n ", None), ("city", "", None),
    ("title", "Both", {"en": "Both", "zh_CN": "Both"}), ("title", {"en": "One", "zh_CN": " "}, {"en": "One"}),
    ("title", {}, None), ("extra", {"a\x00": ["b\x00", 1.5, None, {"c": "\ud800"}]}, {"a": ["b", 1.5, None, {"c": "\ufffd"}]}),
    ("extra", {"d": Decimal("1.5")}, {"d": "1.5"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "stored"), GOOD, ids=[f"{name} {str(value)[:30]!r}" for name, value, _s in GOOD]
)
def test_what_fits_is_stored_in_one_form(env: Env, name: str, value: Any, stored: Any) -> None:
    assert getattr(made(env, **{name: value}), name) == stored
    record: Any = made(env)
    env.write(record, **{name: value})
    assert getattr(record, name) == stored, "the record in the hand differs from the row"
    env.session.expire_all()
    assert getattr(env.get(Client, record.id), name) == stored


def test_what_is_no_change_is_no_version(env: Env) -> None:
    record: Any = made(env, name="A", visits=3, discount=1, met=datetime(2026, 1, 1, tzinfo=UTC))
    env.write(record, name=" A ", visits="3", discount="1.00001", met=datetime(2026, 1, 1))
    assert record.version == 1 and record.discount == Decimal(1)


def test_system_fields_are_written_by_nobody_else(env: Env, world: World) -> None:
    record: Any = made(env)
    other = world.company("South")
    for system in (env, env.sudo("a test")):
        for name, value in (
            ("company", other), ("version", 9), ("deleted_at", datetime.now(UTC)), ("created_by", 1), ("id", 5),
            ("created_at", datetime.now(UTC)), ("shout", "x"), ("purchases", []), ("upper_name", "x"), ("level", 5),
            ("custom", {"a": 1}),
        ):  # fmt: skip
            if name != "version":
                with pytest.raises(BadRequest):
                    system.write(record, **{name: value})
            with pytest.raises(BadRequest):
                system.create_many(Client, [{"name": "B", name: value}])
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    for attribute, value in (
        ("company_id", other),
        ("deleted_at", moment),
        ("created_at", moment),
        ("changed_by_id", 1),
        ("level", 9),
    ):
        setattr(record, attribute, value)
        with pytest.raises(BadRequest):
            env.flush()
    env.session.expire_all()
    fresh: Any = env.get(Client, record.id)
    assert (fresh.company_id, fresh.version, fresh.name) == (env.company_id, 1, "A")


def test_states_are_those_of_the_model(env: Env) -> None:
    system = env.sudo("a test")
    with pytest.raises(ValidationFailed):
        system.create(Purchase, subject="P", state="nonsense")
    record: Any = system.create(Purchase, subject="P", state="sent")
    assert str(record.state.label) == "Sent" and not record.state.final
    with pytest.raises(ValidationFailed):
        system.write(record, state="nonsense")
    with pytest.raises(ValidationFailed):
        system.write(record, state=None)
    system.write(record, state="paid")
    assert record.state.final


def test_an_option_is_one_of_its_list(env: Env) -> None:
    food = env.first("base.option", env.condition("base.option", "code", "eq", "food"))
    other = env.first("base.option", env.condition("base.option", "code", "eq", "x"))
    assert made(env, branch=food).branch_id == food.id
    with pytest.raises(ValidationFailed) as told:
        made(env, branch=other)
    assert set(told.value.problems) == {"branch"}


CONDITIONS: list[tuple[str, str, Any]] = [
    ("name", "eq", "a\x00b\ud800"), ("name", "contains", "\x00\ud800%_\\"), ("name", "in", ["a", "\x00"]), ("name", "eq", 5),
    ("title", "eq", "A"), ("title", "contains", "A"), ("title", "empty", "1"), ("active", "eq", "1"), ("active", "eq", True),
    ("tier", "in", "low,unknown"), ("visits", "between", ".."), ("visits", "between", "3.."), ("visits", "between", [1, 2]),
    ("born", "between", "..2026"), ("born", "between", "2026.."), ("born", "in", "2026-01-01,2026-02"),
    ("met", "between", "..2026-01-01"), ("met", "ge", datetime(2026, 1, 1)), ("met", "ne", "today"), ("met", "eq", "overdue"),
    ("tags", "empty", "1"), ("tags", "in", "1,2"), ("upper", "empty", "0"), ("branch", "in", "1,2"), ("rating", "eq", "1.5万"),
    ("rating", "ge", 1.5), ("extra", "empty", "1"), ("shout", "contains", "!"), ("level", "ge", 1), ("owner", "eq", "me"),
    ("upper", "eq", None), ("name", "ne", None), ("born", "eq", date(2026, 1, 1)),
]  # fmt: skip


@pytest.mark.parametrize("given", CONDITIONS, ids=str)
def test_conditions_run(env: Env, given: tuple[str, str, Any]) -> None:
    made(env)
    assert env.count(Client, env.condition(Client, *given)).value in (0, 1)
    if given[0] not in ("tags",):
        env.scalars(env.within_reach(Client).where(env.condition(Client, *given))) if False else None


NONSENSE: list[tuple[Any, Any, Any]] = [
    (["name"], "eq", "x"), ("name", ["eq"], "x"), ("name", "eq", {"a": 1}), ("name", "eq", ["a"]), ("name", "eq", b"x"),
    ("visits", "eq", 1.5), ("visits", "eq", [1]), ("visits", "eq", 2**70), ("visits", "between", "1"), ("visits", "eq", True),
    ("name", "between", "a..b"), ("tier", "lt", "low"), ("born", "eq", "2026-13"), ("born", "eq", "99999999"),
    ("born", "eq", "9999-12-31"), ("born", "eq", "0000"), ("born", "contains", "2026"), ("born", "eq", "2026-01-01 nonsense"),
    ("rating", "eq", "Infinity"), ("rating", "eq", NAN), ("upper", "eq", "x"), ("upper", "eq", True), ("extra", "eq", "x"),
    ("tags", "contains", "x"), ("tags", "eq", "1; drop"), ("tags", "in", ",".join(["1"] * 500)), ("purchases", "eq", "1"),
    ("visits", "contains", "1"), ("nothing", "eq", "1"), ("pin", "eq", "1"),
]  # fmt: skip


@pytest.mark.parametrize("given", NONSENSE, ids=str)
def test_conditions_that_mean_nothing_are_refused(env: Env, given: tuple[Any, Any, Any]) -> None:
    with pytest.raises(BadRequest):
        env.condition(Client, *given)


@pytest.mark.parametrize("query", ["\x00", "\ud800", "a\x00b", "%", "'", "\\", " ", "𠮷", "x" * 100])
def test_searches_run(env: Env, query: str) -> None:
    made(env)
    env.page(Client, ["name"], search=query)
    env.count(Client, search=query)
    env.complete(Client, query)
