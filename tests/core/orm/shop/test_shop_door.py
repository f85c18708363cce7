"""Ways around the door: every form of statement, what relations load, and what labels, groups and searches give away."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import exists, func, inspect, lateral, literal, select, union, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload, subqueryload
from toy_shop.models import Badge, Client, Purchase, Tag, Wearing

from core.errors import AccessDenied, BadRequest, NotFound
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import entries_of
from core.orm.session import AroundTheDoor
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Any:
    """The owner sees two clients; beside, the colleague has one, the bin has one, and another company has one."""
    with use_env(world.colleague):
        world.colleague.create(Tag, name="beside")
        world.colleague.create(Client, name="beside", code="B")
    with use_env(world.other):
        world.other.create(Client, name="theirs")
    with use_env(world.admin):
        gone: Any = world.admin.create(Client, name="gone", owner=world.owner.user_id)
        world.admin.delete(gone)
    with use_env(world.owner):
        world.owner.create(Client, name="mine")
        world.owner.create(Client, name="mine too", discount=5)
        yield world.owner


@pytest.fixture
def beside(world: World, env: Env) -> int:
    found: Any = world.colleague.first(Client, Client.name == "beside")
    key: int = found.id
    return key


SEEN = {"mine", "mine too"}


def statements() -> dict[str, Any]:
    other = aliased(Client)
    inner = select(Client).subquery()
    named = select(Client.name.label("n")).subquery()
    cte = select(Client).cte("found")
    aliased_inner = aliased(Client, select(Client).subquery())
    return {
        "entity": select(Client.name),
        "subquery of entities": select(inner.c.name),
        "subquery of columns": select(named.c.n),
        "cte": select(cte.c.name),
        "alias of a subquery": select(aliased_inner.name),
        "lateral": select(lateral(select(Client.name.label("n"))).c.n),
        "union": union(select(Client.name), select(other.name)),
        "union in a subquery": select(union_all(select(Client.name), select(other.name)).subquery().c.name),
        "scalar subquery": select(select(func.max(Client.name)).scalar_subquery()),
        "aggregate": select(func.max(Client.name)),
        "array": select(func.unnest(func.array(select(Client.name).scalar_subquery()))),
        "from a function": select(other.name).select_from(other),
        "join of itself": select(other.name).join(Client, other.id == Client.id),
        "in": select(Client.name).where(Client.id.in_(select(other.id))),
        "group": select(Client.name).group_by(Client.name),
        "columns of the table": select(Client.name, inspect(Client).local_table.c.name),
        "condition only": select(literal("mine")).where(Client.name == "beside"),
    }


@pytest.mark.parametrize("name", [
    "entity", "subquery of entities", "subquery of columns", "cte", "alias of a subquery", "lateral", "union",
    "union in a subquery", "scalar subquery", "aggregate", "array", "from a function", "join of itself", "in", "group",
    "columns of the table", "condition only",
])  # fmt: skip
def test_every_form_is_bound_or_refused(env: Env, name: str) -> None:
    try:
        found = env.scalars(statements()[name])
    except AroundTheDoor:
        return
    assert set(found) <= SEEN, name
    assert found or name == "condition only"


def test_a_condition_with_a_subquery_is_bound_as_well(env: Env) -> None:
    """`where` of search, count, page and group may look into other models: as far as the caller sees them."""
    other = aliased(Client)
    there = exists(select(other.id).where(other.name == "beside"))
    by_id = Client.id.in_(select(other.id).where(other.name.in_(["gone", "beside"])))
    for where in (
        there,
        by_id,
        select(func.count(other.id)).where(other.name == "beside").scalar_subquery() > 0,
    ):
        assert env.search(Client, where) == []
        assert env.count(Client, where).value == 0
        assert env.page(Client, ["name"], where).rows == []
        assert env.group(Client, ["name"], [], where) == []
        assert env.scalars(select(Client.name).where(where)) == []


def test_conditions_over_relations_are_bound_as_well(env: Env, world: World, beside: int) -> None:
    with use_env(world.admin):
        mine: Any = world.admin.first(Client, Client.name == "mine")
        world.admin.write(mine, upper=beside)
    for where in (
        Client.upper.has(name="beside"),
        Client.upper.has(),
        Client.upper.has(Client.name == "beside"),
    ):
        assert env.search(Client, where) == []
        assert env.scalars(select(Client.name).where(where)) == []
    own: Any = env.create(Client, name="upper", upper=None)
    env.write(env.first(Client, Client.name == "mine too"), upper=own)
    assert env.scalars(select(Client.name).where(Client.upper.has(name="upper"))) == ["mine too"]
    other = aliased(Client)
    assert env.scalars(select(other.name).where(other.upper.has(Client.name == "upper"))) == ["mine too"]
    bought: Any = env.create(Purchase, subject="P", client=own)
    assert env.search(Client, Client.purchases.any(Purchase.subject == "P")) == [own]
    assert env.search(Purchase, Purchase.client.has(name="upper")) == [bought]
    assert env.search(Client, Client.parts.any(Client.name == "mine too")) == [own]


def test_rules_that_look_at_each_others_models(env: Env) -> None:
    """A rule's own subquery is the rule's business, also when both models are in the statement."""
    env.create(Purchase, subject="P", client=env.first(Client, Client.name == "mine"))
    found = env.rows(
        select(Purchase.subject, Client.name).join(Client, env.info(Purchase).cls.client_id == Client.id)
    )
    assert [tuple(row) for row in found] == [("P", "mine")]
    assert env.scalars(select(Purchase.subject).join(Purchase.client).where(Client.name == "mine")) == ["P"]


def test_core_tables_beside_a_model_are_refused(env: Env) -> None:
    table = env.info(Client).table
    for statement in (
        select(Client.id, select(func.max(table.c.name)).scalar_subquery()),
        select(Client.id).where(Client.id.in_(select(table.c.id))),
        select(table.alias().c.name, Client.id),
        select(Client.id, env.info(Client).link_tables["tags"].c.right_id),
        select(func.max(table.c.name)),
        select(literal(1)).select_from(table),
        select(literal(1)),
    ):
        with pytest.raises(AroundTheDoor):
            env.scalars(statement)


@pytest.mark.parametrize("option", [selectinload, subqueryload, None])
def test_eager_and_lazy_relations_show_only_what_may_be_seen(
    world: World, env: Env, beside: int, option: Any
) -> None:
    mine: Any = env.first(Client, Client.name == "mine")
    with use_env(world.admin):
        world.admin.write(world.admin.get(Client, mine.id), upper=beside)
    fresh = world.new_env("owner")
    with use_env(fresh):
        statement = select(Client).where(Client.id == mine.id)
        if option is not None:
            statement = statement.options(option(Client.upper))
        (found,) = fresh.scalars(statement)
        assert found.upper_id == beside and found.upper is None
        wearing: Any = fresh.create(Wearing, name="W", badge=None)
        assert wearing.badge is None


def test_joined_loading_is_refused(env: Env) -> None:
    for option in (joinedload(Client.upper), selectinload(Client.upper).joinedload(Client.upper)):
        with pytest.raises(AroundTheDoor):
            env.scalars(select(Client).options(option))


@pytest.mark.parametrize("option", [selectinload, subqueryload])
def test_eager_relations_to_another_model(world: World, env: Env, option: Any) -> None:
    with use_env(world.admin):
        hidden: Any = world.admin.create(Client, name="concealed")
        badge: Any = world.admin.create(Badge, word="w", client=hidden)
    fresh = world.new_env("owner")
    with use_env(fresh):
        (found,) = fresh.scalars(select(Badge).where(Badge.id == badge.id).options(option(Badge.client)))
        assert found.client_id == hidden.id
        assert found.client is None


def test_lists_of_a_record_are_bound(world: World, env: Env) -> None:
    mine: Any = env.first(Client, Client.name == "mine")
    with use_env(world.admin):
        foreign: Any = world.admin.create(Tag, name="not yours")
        client: Any = world.admin.get(Client, mine.id)
        world.admin.write(client, tags=[foreign.id])
    fresh = world.new_env("owner")
    with use_env(fresh):
        own: Any = fresh.create(Tag, name="yours")
        record: Any = fresh.get(Client, mine.id)
        assert record.tags == []
        fresh.write(record, tags=[own.id])
        assert [tag.name for tag in record.tags] == ["yours"]
        assert fresh.scalars(select(Client.name).where(Client.tags.any(Tag.name == "not yours"))) == []
        assert fresh.scalars(select(Client.name).where(Client.tags.any(Tag.name == "yours"))) == ["mine"]


def test_what_sudo_has_read_is_not_given_to_the_caller(world: World, env: Env, beside: int) -> None:
    mine: Any = env.first(Client, Client.name == "mine")
    system = env.sudo("a test")
    held = system.get(Client, beside)
    system.write(mine, upper=beside)
    assert mine.upper_id == beside
    assert mine.upper is None, "the identity map gave a record that only sudo may see"
    assert mine.level == 2
    assert held.name == "beside"
    with pytest.raises(NotFound):
        env.get(Client, beside)


def test_computing_leaves_no_record_behind(world: World, env: Env, beside: int) -> None:
    """The kernel reads the related record to compute; the caller still may not."""
    mine: Any = env.first(Client, Client.name == "mine")
    env.sudo("a test").write(mine, upper=beside)
    fresh = world.new_env("owner")
    with use_env(fresh):
        record: Any = fresh.get(Client, mine.id)
        fresh.write(record, upper=None)
        fresh.sudo("a test").write(record, upper=beside)
        assert "upper" not in record.__dict__ or record.__dict__["upper"] is None
        assert record.upper is None


def test_labels_are_of_visible_records_only(world: World, env: Env, beside: int) -> None:
    mine: Any = env.first(Client, Client.name == "mine")
    env.sudo("a test").write(mine, upper=beside)
    row = env.read(Client, mine.id, ["upper"])
    assert row[2:] == (beside, None)
    assert env.labels(Client, [mine.id, beside]) == {mine.id: "mine"}
    (group,) = env.group(Client, ["upper"], [], Client.upper.is_not(None))
    assert (group.keys[0], group.labels[0]) == (beside, None)
    assert beside not in [key for key, _name in env.complete(Client, "beside")]


def test_a_hidden_name_is_no_label(world: World, env: Env) -> None:
    with use_env(world.admin):
        badge: Any = world.admin.create(Badge, word="secretword")
    wearing: Any = env.create(Wearing, name="W", badge=badge.id)
    texts = [
        str(env.read(Wearing, wearing.id, ["badge"])),
        str(env.labels(Badge, [badge.id])),
        str(env.group(Wearing, ["badge"])),
        str(env.complete(Badge, "")),
    ]
    assert "secretword" not in "".join(texts)
    assert str(badge.id) in texts[1] and str(badge.id) in texts[3]
    with use_env(world.admin):
        assert world.admin.labels(Badge, [badge.id]) == {badge.id: "secretword"}


def test_hidden_fields_are_no_way_in(world: World, env: Env) -> None:
    with use_env(world.admin):
        mine: Any = world.admin.first(Client, Client.name == "mine")
        world.admin.write(mine, hidden="geheimwort")
        assert world.admin.count(Client, search="geheimwort").value == 1
    assert env.count(Client, search="geheimwort").value == 0
    assert env.page(Client, ["name"], search="geheimwort").rows == []
    assert env.group(Client, ["tier"], [("sum", "discount")], search="geheimwort") == []
    assert env.complete(Client, "geheimwort") == []
    for act in (
        lambda: env.page(Client, ["hidden"]),
        lambda: env.page(Client, ["name"], order="hidden"),
        lambda: env.search(Client, order="-hidden"),
        lambda: env.condition(Client, "hidden", "eq", "geheimwort"),
        lambda: env.group(Client, ["hidden"]),
        lambda: env.page(Client, ["pin"]),
        lambda: env.page(Client, ["name"], order="pin"),
        lambda: env.condition(Client, "pin", "starts", "1"),
    ):
        with pytest.raises(BadRequest):
            act()
    env.write(env.first(Client, Client.name == "mine"), city="X")
    record: Any = env.first(Client, Client.name == "mine")
    assert all("hidden" not in entry.changes for entry in entries_of(env, env.info(Client), record.id))


def test_the_history_of_an_invisible_record_is_empty(world: World, env: Env, beside: int) -> None:
    assert entries_of(env, env.info(Client), beside) == []
    assert entries_of(world.colleague, env.info(Client), beside)
    assert entries_of(env.sudo("a test"), env.info(Client), beside)


def test_an_invisible_record_cannot_be_reached_by_a_write(world: World, env: Env, beside: int) -> None:
    """A record in the hand, as sudo gave it, is not a right."""
    record = env.sudo("a test").get(Client, beside)
    with use_env(world.colleague):
        world.colleague.write(world.colleague.get(Client, beside), name="changed")
    with pytest.raises(NotFound):
        env.write(record, version=1, name="mine")
    with pytest.raises(NotFound):
        env.delete(record) if False else env.run(Client.rename, [record], name="x")


def test_sums_and_groups_of_a_search_count_hits_only(env: Env) -> None:
    env.create(Client, name="abcd xbcd", discount=Decimal(7))
    env.create(Client, name="abc bcd", discount=Decimal(9))
    (row,) = env.group(Client, [], [("sum", "discount")], search="abcd")
    assert (row.count, row.values[0]) == (1, Decimal(7))
    assert env.count(Client, search="abcd").value == 1


def test_a_record_in_the_bin_is_read_only_where_asked_for(world: World, env: Env) -> None:
    page = env.page(Client, ["name"], binned=True)
    assert [row[2] for row in page.rows] == ["gone"]
    key = page.rows[0][0]
    with pytest.raises(NotFound):
        env.get(Client, key)
    assert env.get(Client, key, binned=True).name == "gone"
    with pytest.raises(NotFound):
        env.write(env.get(Client, key, binned=True), name="back")


def test_the_pages_of_another_company_are_empty(world: World, env: Env) -> None:
    with use_env(world.other):
        theirs: Any = world.other.first(Client)
    assert env.labels(Client, [theirs.id]) == {}
    assert entries_of(env, env.info(Client), theirs.id) == []
    with pytest.raises(NotFound):
        env.read(Client, theirs.id, ["name"])


def test_what_belongs_to_all_companies_is_changed_by_a_right_of_its_own(world: World, env: Env) -> None:
    admin = world.admin
    with use_env(admin):
        shipped: Any = admin.first("base.option", admin.condition("base.option", "code", "eq", "food"))
        assert shipped.company_id == 0
        for act in (
            lambda: admin.write(shipped, sequence=5),
            lambda: admin.delete(shipped),
            lambda: admin.sudo("a test").write(shipped, sequence=5),
        ):
            with pytest.raises(AccessDenied):
                act()
        admin.session.expire_all()
        own: Any = admin.create("base.option", list_code="toy_shop.branch", code="own", name="Own")
        admin.write(own, sequence=7)
        assert (own.company_id, own.sequence) == (admin.company_id, 7)


def test_a_session_of_the_kernel_does_not_flush_either(env: Env) -> None:
    env.session.info.pop("keyuan_env")
    env.session.add(env.info(Client).cls(name="A"))
    with pytest.raises(AroundTheDoor):
        env.session.flush()


def test_work_in_another_company_leaves_the_wall_where_it_was(world: World, env: Env) -> None:
    """Also when it breaks off: the session of the caller does not go on reading the other company."""
    south = world.company("South")
    table = env.info(Client).table

    def seen() -> set[str]:
        return set(env.session.scalars(select(table.c.name), execution_options=TRUSTED))

    before = seen()
    with pytest.raises(ZeroDivisionError), system_env(env, south, env.addons, "a test") as system:
        theirs: Any = system.first(Client)
        assert theirs.name == "theirs"
        theirs.name = "changed by nobody"
        raise ZeroDivisionError
    assert seen() == before and "theirs" not in before
    env.flush()
    with system_env(env, south, env.addons, "a test") as system:
        assert [record.name for record in system.search(Client)] == ["theirs"]  # type: ignore[attr-defined]
    assert seen() == before
