"""The bin: parts go and return with their whole, refusals change nothing, undo takes back what one request did."""

from typing import Any

import pytest
from toy_shop.models import Badge, Client, Item, Parcel, Purchase, Tag, Wearing

from core.errors import AccessDenied, Conflict, Duplicate, InUse, NotFound, StateForbids, UserError
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import entries_of
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Any:
    with use_env(world.admin):
        yield world.admin


def purchase_with_parts(env: Env) -> tuple[Any, Any, Any]:
    purchase: Any = env.create(Purchase, subject="P")
    item: Any = env.create(Item, name="I", purchase=purchase)
    parcel: Any = env.create(Parcel, name="X", purchase=purchase, item=item)
    return purchase, item, parcel


def live(env: Env) -> tuple[int, int, int]:
    return env.count(Purchase).value, env.count(Item).value, env.count(Parcel).value


def test_parts_that_refer_to_each_other_go_together(env: Env) -> None:
    purchase, _item, _parcel = purchase_with_parts(env)
    env.delete(purchase)
    assert live(env) == (0, 0, 0)
    env.restore(Purchase, [purchase.id])
    assert live(env) == (1, 1, 1)


def test_a_refusal_leaves_everything_where_it_was(env: Env) -> None:
    purchase, item, _parcel = purchase_with_parts(env)
    env.create(Parcel, name="of nobody", item=item)
    with pytest.raises(InUse) as told:
        env.delete(purchase)
    assert [(one.model, one.count, one.examples) for one in told.value.references] == [
        ("toy_shop.parcel", 1, ("of nobody",))
    ]
    assert live(env) == (1, 1, 2)
    assert len(entries_of(env, env.info(Item), item.id)) == 1
    assert entries_of(env, env.info(Purchase), purchase.id)[0].operation == "create"


def test_examples_name_what_the_caller_may_see(env: Env, world: World) -> None:
    client: Any = env.create(Client, name="c")
    badge: Any = env.create(Badge, word="secretword", client=client)
    env.create(Wearing, name="w", badge=badge)
    with use_env(world.owner):
        world.owner.create(Tag, name="t")
        wearing: Any = world.owner.first(Wearing)
        with pytest.raises(InUse) as told:
            world.owner.delete(world.owner.get(Badge, badge.id))
        assert told.value.references[0].examples == (wearing.name,)
    with pytest.raises(InUse) as told:
        env.delete(client)
    assert told.value.references[0].examples == ("secretword",)


def test_what_was_deleted_before_stays_in_the_bin(env: Env, world: World) -> None:
    purchase: Any = env.create(Purchase, subject="P")
    one: Any = env.create(Item, name="1", purchase=purchase)
    env.create(Item, name="2", purchase=purchase)
    env.delete(one)
    later = world.new_env("admin")
    with use_env(later):
        later.delete(later.get(Purchase, purchase.id))
        later.restore(Purchase, [purchase.id])
        assert [record.name for record in later.search(Item)] == ["2"]


def test_a_part_does_not_return_without_its_whole(env: Env) -> None:
    purchase, item, _parcel = purchase_with_parts(env)
    env.delete(purchase)
    with pytest.raises(UserError):
        env.restore(Item, [item.id])
    assert live(env) == (0, 0, 0)


def test_restoring_beside_a_live_duplicate_names_it(env: Env) -> None:
    first: Any = env.create(Client, name="1", code="K")
    env.delete(first)
    second: Any = env.create(Client, name="2", code="K")
    with pytest.raises(Duplicate) as told:
        env.restore(Client, [first.id])
    assert (told.value.record, told.value.fields) == (("toy_shop.client", second.id), ("code",))


def test_hooks_of_a_deletion_hold_readable_records(env: Env, answers: dict[str, Any]) -> None:
    seen: list[Any] = []
    answers["after_delete"] = lambda env, model, records: seen.extend(
        (one.name, one.custom, one.deleted_at is not None) for one in records
    )
    client: Any = env.create(Client, name="c")
    env.delete(client)
    assert seen == [("c", None, True)]
    assert client.deleted_at is not None and client.version == 2


def test_deleting_needs_an_open_record_and_the_right(env: Env, world: World) -> None:
    purchase: Any = env.create(Purchase, subject="P", owner=world.owner.user_id)
    purchase.pay()
    with pytest.raises(StateForbids):
        env.delete(purchase)
    with use_env(world.owner), pytest.raises(AccessDenied):
        world.owner.delete(world.owner.get(Purchase, purchase.id))


def test_deleting_twice_in_one_call(env: Env) -> None:
    client: Any = env.create(Client, name="c")
    env.delete([client, client])
    assert env.count(Client).value == 0
    with pytest.raises(NotFound):
        env.delete(client)


# -- undo ----------------------------------------------------------------------------------------------------------


def step(world: World, person: str = "admin") -> Env:
    return world.new_env(person)


def test_undo_of_a_deletion_with_parts(env: Env, world: World) -> None:
    purchase, _item, _parcel = purchase_with_parts(env)
    one = step(world)
    with use_env(one):
        one.delete(one.get(Purchase, purchase.id))
        assert one.undo(one.request_id) == 3
        assert live(one) == (1, 1, 1)


def test_undo_of_a_creation_with_parts_and_links(world: World) -> None:
    one = step(world)
    with use_env(one):
        purchase_with_parts(one)
        one.create(Client, name="c", tags=[one.create(Tag, name="t")])
        assert one.undo(one.request_id) == 5
        assert live(one) == (0, 0, 0) and one.count(Client).value == 0 and one.count(Tag).value == 0


def test_undo_of_a_restoration(env: Env, world: World) -> None:
    purchase, _item, _parcel = purchase_with_parts(env)
    env.delete(purchase)
    one = step(world)
    with use_env(one):
        one.restore(Purchase, [purchase.id])
        one.undo(one.request_id)
        assert live(one) == (0, 0, 0)


def test_undo_of_links_looks_at_what_happened_since(env: Env, world: World) -> None:
    tags = [env.create(Tag, name=name) for name in "abc"]
    client: Any = env.create(Client, name="c", tags=[tags[0]])
    one = step(world)
    with use_env(one):
        one.write(one.get(Client, client.id), tags=[tags[1].id])
    two = step(world)
    with use_env(two):
        assert two.undo(one.request_id) == 1
        assert two.linked(two.get(Client, client.id), "tags") == [tags[0].id]
        two.write(two.get(Client, client.id), tags=[tags[2].id])
        with pytest.raises(Conflict):
            two.undo(one.request_id)
        assert two.linked(two.get(Client, client.id), "tags") == [tags[2].id]


def test_undo_of_several_changes_of_one_record(env: Env, world: World) -> None:
    client: Any = env.create(Client, name="a", visits=1)
    purchase: Any = env.create(Purchase, subject="p")
    one = step(world)
    with use_env(one):
        record: Any = one.get(Client, client.id)
        one.write(record, name="b")
        one.write(record, name="c", visits=2)
        held: Any = one.get(Purchase, purchase.id)
        held.send()
        held.pay()
        assert one.undo(one.request_id) == 2
        assert (
            one.get(Client, client.id).name,
            record.visits,
            one.get(Purchase, purchase.id).state.code,
        ) == ("a", 1, "new")


def test_undo_twice_finds_a_conflict(env: Env, world: World) -> None:
    client: Any = env.create(Client, name="a")
    one = step(world)
    with use_env(one):
        one.write(one.get(Client, client.id), name="b")
    two = step(world)
    with use_env(two):
        two.undo(one.request_id)
        with pytest.raises(UserError):
            two.undo(one.request_id)


def test_undo_does_not_write_into_the_bin(env: Env, world: World) -> None:
    client: Any = env.create(Client, name="a")
    one = step(world)
    with use_env(one):
        one.write(one.get(Client, client.id), name="b")
    with use_env(env):
        env.delete(env.get(Client, client.id))
    two = step(world)
    with use_env(two):
        with pytest.raises(UserError):
            two.undo(one.request_id)
        assert two.get(Client, client.id, binned=True).name == "b"


def test_undo_needs_the_rights_of_today(env: Env, world: World) -> None:
    one = step(world)
    with use_env(one):
        one.create(Client, name="a")
    two = step(world)
    two.policy.identity.roles  # type: ignore[attr-defined]  # noqa: B018
    with use_env(two):
        held = two.policy.allowed
        two.policy.allowed = lambda info, action: action == "read" and held(info, action)  # type: ignore[method-assign]
        with pytest.raises(AccessDenied):
            two.undo(one.request_id)


def test_undo_by_others_and_of_nothing(env: Env, world: World) -> None:
    one = step(world)
    with use_env(one):
        one.create(Client, name="a")
    for person, error in (("owner", AccessDenied), ("other", (AccessDenied, NotFound))):
        with use_env(world.env(person)), pytest.raises(error):
            world.env(person).undo(one.request_id)
    with pytest.raises(NotFound):
        env.undo("no such request")
    assert env.count(Client).value == 1


def test_undo_of_a_transfer_brings_the_record_back(world: World) -> None:
    with use_env(world.owner):
        purchase: Any = world.owner.create(Purchase, subject="P")
    one = step(world, "owner")
    with use_env(one):
        one.get(Purchase, purchase.id).give_to(to=one.get("base.user", world.staff.users["colleague"]))
        assert one.undo(one.request_id) == 1
        assert one.get(Purchase, purchase.id).owner_id == one.user_id
