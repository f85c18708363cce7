"""Undo of what others did: only what the caller could type by hand, and nothing is told that the caller may not see."""

from typing import Any

import pytest
from toy_shop.models import Client

from core.errors import AccessDenied, Conflict, NotFound
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import entries_of_request, entry_of
from core.orm.undo_preview import preview
from core.orm.undoing import Wish, undo_entries, undo_request
from core.testing.world import World


@pytest.fixture
def change(world: World) -> tuple[int, str]:
    """A client of the boss's, and the request that changed it."""
    with use_env(world.admin):
        client: Any = world.admin.create(Client, name="one", visits=1, hidden="deep")
        world.admin.flush()
    later = world.new_env("admin")
    with use_env(later):
        later.write(later.get(Client, client.id), name="two", visits=2, hidden="deeper")
    return client.id, later.request_id


def test_values_of_records_out_of_reach_are_not_shown(world: World, change: tuple[int, str]) -> None:
    key, request = change
    for person, fields in (("admin", {"name", "visits", "hidden"}), ("owner", set())):
        env: Env = world.new_env(person)
        with use_env(env):
            (one,) = preview(env, entries_of_request(env, request))
            assert (one.record_id, set(one.fields)) == (key, fields)
            assert one.hidden == (0 if fields else 3)


def test_others_need_the_rows_and_the_fields(world: World, change: tuple[int, str]) -> None:
    key, request = change
    env = world.new_env("owner")
    with use_env(env):
        with pytest.raises(AccessDenied):
            undo_request(env, request, of_others=True)
        with pytest.raises(NotFound):
            entry_of(env, env.info(Client), key, entries_of_request(env, request)[0].id)
    with use_env(world.admin):
        world.admin.write(world.admin.get(Client, key), owner=world.staff.users["owner"])
    env = world.new_env("owner")
    with use_env(env), pytest.raises(AccessDenied, match="every field"):
        undo_entries(env, entries_of_request(env, request))


def test_skip_and_overwrite_decide_field_by_field(world: World, change: tuple[int, str]) -> None:
    key, request = change
    between = world.new_env("admin")
    with use_env(between):
        between.write(between.get(Client, key), name="three", visits=3)
    env = world.new_env("admin")
    with use_env(env):
        with pytest.raises(Conflict) as told:
            undo_request(env, request)
        assert {one.name for one in told.value.fields} == {"name", "visits"}
    env = world.new_env("admin")
    with use_env(env):
        model = env.info(Client).key
        done = undo_request(env, request, Wish("skip", {(model, key, "visits"): "overwrite"}))
        record: Any = env.get(Client, key)
        assert (record.name, record.visits, record.hidden) == ("three", 1, "deep")
        assert done.left == {(model, key, "name")}
