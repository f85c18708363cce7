"""Pages by key, counts, groups, search and conditions from outside."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from toy_base.models.case import Case

from core.errors import BadRequest, NotFound
from core.orm.context import use_env
from core.orm.env import Env
from core.testing.world import World

NAMES = ["腾讯科技", "阿里巴巴", "Beta GmbH", "华为技术", "Ärzte", "zeta", "重庆火锅", "𠮷野家"]


@pytest.fixture
def env(world: World) -> Any:
    with use_env(world.owner):
        world.owner.create_many(
            Case, [{"name": f"{NAMES[n % len(NAMES)]} {n}", "amount": Decimal(n % 7), "code": f"K{n}" if n % 3 else None}
                   for n in range(40)],
        )  # fmt: skip
        yield world.owner


def walk(env: Env, order: str, **options: Any) -> list[int]:
    ids: list[int] = []
    after = None
    while True:
        page = env.page(Case, ["name"], order=order, after=after, limit=7, **options)
        ids += [row[0] for row in page.rows]
        if page.next is None:
            return ids
        after = page.next


@pytest.mark.parametrize(
    "order", ["id", "-id", "name", "-name", "amount", "-amount", "created_at", "code", "-code"]
)
def test_pages_by_key_meet_every_row_once_and_go_back(env: Env, order: str) -> None:
    ids = walk(env, order)
    assert len(ids) == len(set(ids)) == 40
    whole = [row[0] for row in env.page(Case, ["name"], order=order, limit=100).rows]
    assert ids == whole
    first = env.page(Case, ["name"], order=order, limit=7)
    second = env.page(Case, ["name"], order=order, after=first.next, limit=7)
    back = env.page(Case, ["name"], order=order, before=second.previous, limit=7)
    assert back.rows == first.rows and back.previous is None


def test_empty_values_come_last_downwards(env: Env) -> None:
    codes = [row[2] for row in env.page(Case, ["code"], order="-code", limit=100).rows]
    assert None not in codes[: codes.index(None)] and set(codes[codes.index(None) :]) == {None}


def test_chinese_is_ordered_by_pinyin(env: Env) -> None:
    names = [row[2].split()[0] for row in env.page(Case, ["name"], order="name", limit=100).rows]
    chinese = list(
        dict.fromkeys(name for name in names if name in ("腾讯科技", "阿里巴巴", "华为技术", "重庆火锅"))
    )
    assert chinese == ["阿里巴巴", "重庆火锅", "华为技术", "腾讯科技"]


def test_relation_columns_have_id_and_label(env: Env) -> None:
    page = env.page(Case, ["owner", "name"], limit=1)
    assert [(column.name, column.offset, column.width) for column in page.columns] == [
        ("owner", 2, 2),
        ("name", 4, 1),
    ]
    assert page.rows[0][2:4] == (env.user_id, "Owner")


def test_a_page_is_one_statement(env: Env) -> None:
    seen: list[str] = []
    connection = env.session.connection()

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    env.page(Case, ["name", "owner", "parent", "created_by", "amount"], limit=20)
    event.remove(connection, "before_cursor_execute", note)
    assert len(seen) == 1


@pytest.mark.parametrize("query", ["腾讯", "tx", "tengxun", "beta", "火锅", "cqhg", "𠮷野", "eta"])
def test_search_finds_parts_in_either_script(env: Env, query: str) -> None:
    found = [row[2] for row in env.page(Case, ["name"], search=query, limit=100).rows]
    assert found and env.count(Case, search=query).value == len(found)
    assert walk(env, "-id", search=query) == [
        row[0] for row in env.page(Case, ["name"], search=query, limit=100).rows
    ]


def test_search_of_what_is_not_there(env: Env) -> None:
    assert env.page(Case, ["name"], search="不存在的").rows == []
    assert env.page(Case, ["name"], search="%").rows == []


def test_search_does_not_look_into_hidden_fields(world: World) -> None:
    env = world.owner
    with use_env(env):
        env.create(Case, name="plain", left_note="geheimwort")
        assert env.count(Case, search="geheimwort").value == 1
        env.policy.identity.addons  # noqa: B018 - the policy is the real one
        readable = env.policy.readable(env.info(Case)) - {"left_note"}
        env.policy.readable = lambda _model: readable  # type: ignore[method-assign]
        assert env.count(Case, search="geheimwort").value == 0
        assert env.page(Case, ["name"], search="geheimwort").rows == []


def test_counts_are_capped(env: Env) -> None:
    assert (env.count(Case).value, env.count(Case).capped) == (40, False)
    assert (env.count(Case, cap=10).value, env.count(Case, cap=10).capped) == (10, True)


def test_groups_count_and_sum_in_one_statement(env: Env) -> None:
    rows = env.group(Case, ["owner", "created_at:month"], [("sum", "amount")])
    assert len(rows) == 1
    assert (rows[0].labels[0], rows[0].count) == ("Owner", 40)
    assert rows[0].values[0] == sum(Decimal(n % 7) for n in range(40))


@pytest.mark.parametrize(
    "condition",
    [
        ("nothing", "eq", "1"), ("name", "like", "x"), ("amount", "eq", "many"), ("owner", "eq", "1; drop table"),
        ("created_at", "eq", "yesterday evening"), ("name", "lt", "a"), ("amount", "contains", "1"),
        ("name", "eq", "x" * 5000), ("owner", "eq", str(2**80)), ("created_at", "between", "2026"),
        ("password_hash", "eq", "x"), ("owner", "in", ",".join(["1"] * 500)),
    ],
)  # fmt: skip
def test_conditions_from_outside_are_looked_up_or_refused(env: Env, condition: tuple[str, str, str]) -> None:
    with pytest.raises(BadRequest):
        env.condition(Case, *condition)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("amount", "eq", "3"), 6), (("amount", "ge", "5"), 10), (("amount", "between", "2..3"), 12),
        (("name", "contains", "腾"), 5), (("name", "starts", "beta"), 5), (("name", "contains", "%"), 0),
        (("code", "empty", "1"), 14), (("code", "empty", "0"), 26), (("owner", "eq", "me"), 40),
        (("created_at", "eq", "today"), 40), (("created_at", "lt", "today"), 0), (("state", "eq", "open"), 40),
        (("state", "in", "open,closed"), 40), (("created_at", "between", "2020..2099"), 40), (("code", "ne", "K1"), 39),
    ],
)  # fmt: skip
def test_conditions_find_what_they_say(env: Env, condition: tuple[str, str, str], expected: int) -> None:
    assert env.count(Case, env.condition(Case, *condition)).value == expected


@pytest.mark.parametrize("key", ["x", "eyJ9", "WyIxIl0", "W10", "🙂", "WzEsICIyIl0"])
def test_damaged_page_keys_are_refused(env: Env, key: str) -> None:
    with pytest.raises(BadRequest):
        env.page(Case, ["name"], after=key)


@pytest.mark.parametrize("order", ["nothing", "-nothing", "id; drop table", "custom", ""])
def test_orders_are_looked_up(env: Env, order: str) -> None:
    if order == "":
        assert env.page(Case, ["name"], order=order).rows
        return
    with pytest.raises(BadRequest):
        env.page(Case, ["name"], order=order)


def test_ids_beyond_bigint_do_not_exist(env: Env) -> None:
    for key in (2**63, -(2**70)):
        with pytest.raises(NotFound):
            env.get(Case, key)
        with pytest.raises(NotFound):
            env.read(Case, key, ["name"])
