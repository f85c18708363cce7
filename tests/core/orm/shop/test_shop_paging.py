"""Lists by key in every order, at their edges, and with searches."""

import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Text, and_, cast, event, or_, select, update
from toy_shop.models import Badge, Client, Purchase, Wearing

from core.auth.access_index import access_index
from core.errors import BadRequest
from core.orm import page_reader, searching
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.grouping import group_rows
from core.orm.ordering import order_value
from core.orm.trust import TRUSTED
from core.orm.walking import walked
from core.testing.world import World

ORDERS = [
    "id", "name", "discount", "rating", "visits", "born", "met", "active", "tier", "title", "branch", "upper", "owner",
    "created_at", "code", "level", "upper_name", "number", "shout", "changed_at", "created_by", "version",
]  # fmt: skip


@pytest.fixture
def env(world: World) -> Any:
    env = world.owner
    with use_env(env):
        listed = env.condition("base.option", "list_code", "eq", "toy_shop.branch")
        branches = [row[0] for row in env.page("base.option", ["name"], listed, order="sequence").rows]
        first: Any = env.create(Client, name="阿姨")
        day = datetime(2026, 1, 1, tzinfo=UTC)
        env.create_many(Client, [
            {
                "name": f"客户 {n % 5}", "discount": n % 3, "rating": Decimal(n % 4) / 3 if n % 4 else None,
                "visits": n % 3 or None, "born": day.date() + timedelta(days=n % 4) if n % 4 else None,
                "met": day + timedelta(microseconds=n % 4), "active": bool(n % 2), "tier": ("low", "normal", "high")[n % 3],
                "title": {"en": f"t{n % 3}"} if n % 4 else None, "branch": branches[n % 2] if n % 3 else None,
                "upper": first.id if n % 3 else None, "code": f"K{n}" if n % 3 else None,
            } for n in range(30)
        ])  # fmt: skip
        yield env


def walk(env: Env, order: str, limit: int = 4, backward: bool = False, **options: Any) -> list[int]:
    ids: list[int] = []
    page = env.page(Client, ["name"], order=order, limit=limit, **options)
    while True:
        ids += [row[0] for row in page.rows]
        if page.next is None:
            break
        page = env.page(Client, ["name"], order=order, limit=limit, after=page.next, **options)
    if not backward:
        return ids
    back = [row[0] for row in page.rows]
    while page.previous is not None:
        page = env.page(Client, ["name"], order=order, limit=limit, before=page.previous, **options)
        back = [row[0] for row in page.rows] + back
    assert back == ids
    return ids


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("order", ORDERS)
def test_every_row_once_in_both_directions(env: Env, order: str, sign: str) -> None:
    ids = walk(env, sign + order, backward=True)
    assert len(ids) == len(set(ids)) == 31
    assert ids == [row[0] for row in env.page(Client, ["name"], order=sign + order, limit=100).rows]
    found = [record.id for record in env.search(Client, order=sign + order, limit=100)]
    if order == "id":
        assert found == ids
    assert set(found) == set(ids)


@pytest.mark.parametrize("order", ["-discount", "name", "tier", "upper", "-id"])
def test_a_search_is_paged_in_any_order(env: Env, order: str) -> None:
    ids = walk(env, order, search="kehu", backward=True)
    assert len(ids) == len(set(ids)) == 30


def test_choices_follow_their_declaration(env: Env) -> None:
    tiers = [row[2] for row in env.page(Client, ["tier"], order="tier", limit=100).rows]
    assert list(dict.fromkeys(tiers)) == ["low", "normal", "high"]
    for subject in ("a", "b", "c"):
        record: Any = env.create(Purchase, subject=subject)
        if subject != "b":
            record.send()
        if subject == "a":
            record.pay()
    found = [row[2] for row in env.page(Purchase, ["subject"], order="state").rows]
    assert found == ["b", "c", "a"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("sign", ["", "-"])
def test_states_follow_each_other_page_by_page(env: Env, sign: str, limit: int) -> None:
    """One stretch a state: rows of a state that is not known any more come first upwards, like empty values."""
    ids = env.create_many(Purchase, [{"subject": f"p{n}"} for n in range(11)])
    of_a_removed_addon = {ids[3], ids[8]}
    table = env.info(Purchase).table
    for state, chosen in (("sent", ids[::3]), ("paid", ids[1::4]), ("nobody knows", of_a_removed_addon)):
        change = update(table).where(table.c.id.in_(chosen)).values(state=state)
        env.session.execute(change, execution_options=TRUSTED)
    place = {None: 0, "new": 1, "sent": 2, "paid": 3}
    stored = env.session.execute(select(table.c.id, cast(table.c.state, Text)), execution_options=TRUSTED)
    wanted = sorted((place.get(state, 0), key) for key, state in stored)
    if sign:
        wanted.reverse()
    found: list[int] = []
    page = env.page(Purchase, ["state"], order=f"{sign}state", limit=limit)
    while True:
        found += [row[0] for row in page.rows]
        if page.next is None:
            break
        page = env.page(Purchase, ["state"], order=f"{sign}state", limit=limit, after=page.next)
    assert found == [key for _place, key in wanted]
    back = [row[0] for row in page.rows]
    while page.previous is not None:
        page = env.page(Purchase, ["state"], order=f"{sign}state", limit=limit, before=page.previous)
        back = [row[0] for row in page.rows] + back
    assert back == found
    some = Purchase.subject.in_(["p1", "p3", "p4", "p9"])
    found = [row[0] for row in env.page(Purchase, [], some, order=f"{sign}state").rows]
    assert found == [key for _place, key in wanted if key in {ids[1], ids[3], ids[4], ids[9]}]


def test_relations_follow_the_name_of_their_record(env: Env, world: World) -> None:
    zeta: Any = env.create(Client, name="zeta")
    alpha: Any = env.create(Client, name="alpha")
    for subject, client in (("one", zeta), ("two", alpha), ("three", None)):
        env.create(Purchase, subject=subject, client=client)
    assert [row[2] for row in env.page(Purchase, ["subject"], order="client").rows] == ["three", "two", "one"]
    assert [row[2] for row in env.page(Purchase, ["subject"], order="-client").rows] == [
        "one",
        "two",
        "three",
    ]
    names = [row[3] for row in env.page(Client, ["branch"], order="branch", limit=100).rows if row[3]]
    assert list(dict.fromkeys(names)) == ["Food", "Art"]


def test_a_list_whose_own_order_is_hidden_follows_the_ids(env: Env, world: World) -> None:
    with use_env(world.admin):
        keys = world.admin.create_many(Badge, [{"word": word} for word in "bca"])
        assert [row[2] for row in world.admin.page(Badge, ["word"]).rows] == ["a", "b", "c"]
        wearings = [{"name": str(key), "badge": key} for key in keys]
        world.admin.create_many(Wearing, wearings)
    assert [row[0] for row in env.page(Badge, []).rows] == keys[::-1]
    assert [row[2] for row in env.page(Wearing, ["badge"], order="badge").rows] == keys
    with pytest.raises(BadRequest):
        env.page(Badge, [], order="word")


def test_the_order_does_not_tell_hidden_names(env: Env, world: World) -> None:
    """Records whose names the caller may not see are equal in the order: rows follow their own ids."""
    lower: list[Any] = [env.create(Client, name=name) for name in "xy"]
    with use_env(world.admin):
        hidden: list[Any] = [world.admin.create(Client, name=name) for name in ("zzz", "aaa")]
    for client, upper in zip(lower, hidden, strict=True):
        env.sudo("a test").write(client, upper=upper.id)
    where = env.info(Client).cls.upper_id.in_([upper.id for upper in hidden])
    page = env.page(Client, ["upper", "name"], where, order="upper")
    assert [row[2:] for row in page.rows] == [(hidden[0].id, None, "x"), (hidden[1].id, None, "y")]
    assert [record.name for record in env.search(Client, where, order="upper")] == ["x", "y"]


@pytest.mark.parametrize(
    "order", ["tags", "purchases", "extra", "pin", "story", "hidden", "custom", "--id", "id desc", "ID"]
)
def test_there_is_no_order_by_these(env: Env, order: str) -> None:
    with pytest.raises(BadRequest):
        env.page(Client, ["name"], order=order)
    with pytest.raises(BadRequest):
        env.search(Client, order=order)


def key(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("order", "value"),
    [
        ("name", 5), ("name", "\u0000"), ("name", "\ud800"), ("active", "x"), ("active", 1), ("tier", "low"), ("tier", 1.5),
        ("visits", "x"), ("visits", 2**70), ("visits", True), ("discount", "x"), ("discount", "NaN"), ("rating", {}),
        ("born", "x"), ("born", 5), ("met", "x"), ("title", 5), ("upper", 1.5), ("upper", []), ("branch", "x"), ("owner", 5), ("created_by", {}), ("level", "x"), ("number", 5), ("code", 7), ("id", "x"),
    ],
)  # fmt: skip
def test_keys_that_we_did_not_write(env: Env, order: str, value: Any) -> None:
    """Refused or harmless: never an error of the database."""
    for given in (
        key(value, 5),
        key(value, 2**70),
        key(value, True),
        key(value, "x"),
        key(value),
        key(value, 5, 5),
    ):
        try:
            env.page(Client, ["name"], order=order, after=given)
        except BadRequest:
            continue
    assert env.count(Client).value == 31


def test_a_row_that_is_gone_does_not_stop_the_paging(env: Env, world: World) -> None:
    page = env.page(Client, ["name"], order="id", limit=5)
    ids = walk(env, "id", limit=100)
    with use_env(world.admin):
        world.admin.delete(world.admin.get(Client, page.rows[-1][0]))
    following = env.page(Client, ["name"], order="id", after=page.next, limit=5)
    assert [row[0] for row in following.rows] == ids[5:10]


@pytest.mark.parametrize("limit", [0, -5, 1, 10_000])
def test_limits_are_kept_within_reason(env: Env, limit: int) -> None:
    assert len(env.page(Client, ["name"], limit=limit).rows) in (1, 31)


def test_a_search_that_looks_at_too_much_says_so(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates that are no hits for this caller: the answer is cut short and can be continued."""
    monkeypatch.setattr("core.orm.page_reader.MAX_SEARCHED", 6)
    monkeypatch.setattr("core.orm.page_reader.SEARCH_BATCH", 3)
    monkeypatch.setattr("core.orm.page_reader.LARGER_BATCH", 3)
    env.create_many(Client, [{"name": "wanted abcd"}] + [{"name": f"abc bcd {n}"} for n in range(8)])
    page = env.page(Client, ["name"], order="-id", search="abcd")
    assert (page.rows, page.cut_short) == ([], True)
    assert page.next is not None
    page = env.page(Client, ["name"], order="-id", search="abcd", after=page.next)
    assert [row[2] for row in page.rows] == ["wanted abcd"] and not page.cut_short
    assert page.next is None


def test_counts_and_groups_of_a_search_say_when_they_stopped(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.create_many(Client, [{"name": "wanted abcd"}] + [{"name": f"abc bcd {n}"} for n in range(8)])
    assert not env.group(Client, ["tier"], [], search="abcd").cut_short
    assert (env.count(Client, search="abcd").value, env.count(Client, search="abcd").capped) == (1, False)
    monkeypatch.setattr(searching, "MAX_SEARCHED", 6)
    monkeypatch.setattr(searching, "_BATCH", 3)
    assert env.group(Client, ["tier"], [], search="abcd").cut_short
    assert (env.count(Client, search="abcd").value, env.count(Client, search="abcd").capped) == (0, True)


def test_a_search_whose_candidates_were_all_looked_at_knows_its_hits(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.create_many(Client, [{"name": f"wanted abcd {n}" if n % 2 else f"abc bcd {n}"} for n in range(12)])
    wanted = {row[0] for row in env.page(Client, ["name"], search="wanted").rows}
    first = env.page(Client, ["name"], search="abcd", limit=4)
    assert len(first.rows) == 4 and first.hits is not None and set(first.hits) == wanted and len(wanted) == 6
    assert env.page(Client, ["name"], search="abcd", limit=4, after=first.next).hits is None
    assert env.page(Client, ["name"], limit=4).hits is None
    monkeypatch.setattr("core.orm.page_reader.SEARCH_BATCH", 12)
    assert env.page(Client, ["name"], search="abcd", limit=4).hits is None, (
        "there may be a thirteenth candidate"
    )


@pytest.mark.parametrize("batch", [4, 2_000])
def test_a_search_is_counted_no_further_than_its_cap(
    env: Env, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Also where the first candidates are not enough."""
    env.create_many(Client, [{"name": f"wanted abcd {n}" if n % 2 else f"abc bcd {n}"} for n in range(12)])
    monkeypatch.setattr(searching, "_BATCH", batch)
    found = [env.count(Client, search="abcd", cap=cap) for cap in (2, 5, 6, 7)]
    assert [(one.value, one.capped) for one in found] == [(2, True), (5, True), (6, False), (6, False)]


def test_groups_say_when_there_are_more(env: Env) -> None:
    info = env.info(Client)
    found = group_rows(env, info, ["tier"], (), (), most=2)
    assert len(found) == 2 and found.cut_short
    assert not group_rows(env, info, ["active"], (), (), most=2).cut_short


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    "order", ["id", "name", "discount", "visits", "born", "met", "created_at", "upper_name"]
)
def test_orders_are_read_from_their_index(env: Env, world: World, order: str, sign: str) -> None:
    """No page sorts, the first one and those after a key: as the application's role, behind row-level security."""
    for plan in plans_of_pages(world, sign + order):
        assert "Sort" not in plan and "Index Scan" in plan, plan


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    ("order", "index"), [("city", "ix_client_tier_city"), ("level", "ix_client_tier_level")]
)
def test_the_order_of_given_rows_is_read_from_a_declared_index(
    env: Env, world: World, order: str, index: str, sign: str
) -> None:
    """`indexed=` ends with a column that may be empty: the index has it as lists have it, in both directions."""
    for plan in plans_of_pages(world, sign + order, Client.tier == "normal"):
        assert "Sort" not in plan and index in plan, plan


def plans_of_pages(world: World, order: str, *where: Any) -> list[str]:
    """How the server cuts the first page and the one after it, kept from sorting where it could do without."""
    with use_env(world.admin):
        admin = world.admin
        seen: list[tuple[str, Any]] = []
        connection = admin.session.connection()
        for setting in ("enable_sort", "enable_seqscan", "enable_incremental_sort", "enable_bitmapscan"):
            connection.exec_driver_sql(f"set local {setting} = off")

        def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            seen.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", note)
        page = admin.page(Client, ["name"], *where, order=order, limit=5)
        admin.page(Client, ["name"], *where, order=order, limit=5, after=page.next)
        event.remove(connection, "before_cursor_execute", note)
        plans = []
        for statement, parameters in [one for one in seen if "set_config" not in one[0]]:
            cursor = connection.connection.cursor()
            cursor.execute(f"explain {statement}", parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            plans.append(plan[plan.index("Limit") :])
        return plans


@pytest.mark.parametrize(
    "order", ["-id", "id", "-discount", "name", "rating", "-met", "upper", "tier", "title"]
)
def test_a_row_that_several_ways_reach_comes_once(
    env: Env, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    """A caller who reaches a client below the first one, an active one with a code, and some by their ids."""
    first = env.first(Client, Client.name == "阿姨")
    some = [record.id for record in env.search(Client, Client.visits == 2, limit=100)]
    ways = or_(
        Client.upper == first.id, and_(Client.code.in_(["K1", "K2", "K7", "K8"]), Client.active.is_(True)),
        or_(Client.id.in_(some), Client.id == first.id),
    )  # fmt: skip
    seen = {record.id for record in env.search(Client, ways, limit=100)}
    active = {record.id for record in env.search(Client, Client.active.is_(True), limit=100)}
    expected = [row[0] for row in env.page(Client, ["name"], order=order, limit=100).rows if row[0] in seen]
    assert 10 < len(expected) < 31
    whole = page_reader.row_criteria
    monkeypatch.setattr(page_reader, "row_criteria", lambda *given, **more: [*whole(*given, **more), ways])
    access_index(env.composition).memories.forget()
    assert walk(env, order, backward=True) == expected
    narrowed = env.page(Client, ["name"], Client.active.is_(True), order=order, limit=100).rows
    assert [row[0] for row in narrowed] == [one for one in expected if one in active]
    access_index(env.composition).memories.forget()


def test_ways_that_an_index_leads_to_are_walked_apart_and_no_others(env: Env) -> None:
    info, by = env.info(Client), order_value(env, env.info(Client), env.info(Client).fields["id"])
    me, upper, free = Client.owner == env.user_id, Client.upper == 7, Client.discount == 3

    def parts(*criteria: Any) -> int:
        return sum(str(one).count("UNION") for one in walked(info, criteria, [], by, True, 80))

    assert parts(me, or_(me, upper, Client.id.in_([1]))) == 2
    assert parts(or_(me, and_(free, upper))) == 1
    assert parts(or_(me, free)) == parts(or_(me, Client.discount > 1)) == parts(me, upper) == 0
    assert parts(or_(*(Client.upper == n for n in range(20)))) == 0, "too many to plan"
