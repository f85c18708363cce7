"""Rows that are written once: refused by the pipeline, by rights and by the database; their operations stay done."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from toy_shop.models import BOSS, Client, Till, Visit

from core.api import CompanyOwned, Mapped, State, _, field, grant, many2one, state_field, transition
from core.auth.access_index import AccessIndex
from core.errors import AccessDenied, CompositionError, StateForbids
from core.exchange.printing import count_of, print_record
from core.modules.loader import Marked
from core.orm.compose import compose
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import entries_of_request
from core.orm.undo_preview import preview
from core.orm.undoing import Wish, undo_request
from core.testing.database import ScratchDatabase
from core.testing.product import Product
from core.testing.world import World


@pytest.fixture
def visit(world: World) -> Any:
    env = world.admin
    with use_env(env):
        return env.create(Visit, client=env.create(Client, name="one"), people=2)


def test_the_kernel_itself_does_not_change_bin_or_restore_one(world: World, visit: Any) -> None:
    with world.system("North") as env:
        found: Any = env.get(Visit, visit.id)
        for change in (
            lambda: env.write(found, people=3),
            lambda: env.write_many(Visit, [visit.id], people=3),
            lambda: env.delete(found),
            lambda: env.restore(Visit, [visit.id]),
        ):
            with pytest.raises(StateForbids, match="Visits"):
                change()
        with pytest.raises(StateForbids, match="Visits"), env.granting([found], "a step"):
            found.people = 3
        env.session.expire_all()
        assert env.get(Visit, visit.id).people == 2


def test_nobody_has_the_right(world: World, visit: Any) -> None:
    env = world.new_env("admin")
    for action in ("update", "delete", "import"):
        assert not env.can(action, Visit) and not env.can(action, visit)
        assert not env.explain(action, visit).allowed
    assert env.can("read", visit) and env.can("export", Visit)
    with use_env(env), pytest.raises(AccessDenied):
        env.write(env.get(Visit, visit.id), people=3)


def test_the_database_lets_the_application_do_no_more_than_add(
    world: World, database: ScratchDatabase
) -> None:
    for statement in ("update toy_shop.visit set people = 3", "delete from toy_shop.visit"):
        with database.app.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))
    with database.app.connect() as connection:
        connection.execute(text("select people from toy_shop.visit"))


def test_prints_are_counted_although_the_row_cannot_be_locked(world: World, visit: Any) -> None:
    env = world.new_env("admin")
    with use_env(env):
        print_record(env, env.info(Visit), visit.id, "one")
        print_record(env, env.info(Visit), visit.id, "one")
        assert count_of(env, env.info(Visit), visit.id).before == 2


@pytest.mark.parametrize("wish", ["refuse", "skip", "overwrite"])
def test_an_operation_that_wrote_one_is_not_undone_even_in_part(world: World, wish: Any) -> None:
    env: Env = world.new_env("admin")
    with use_env(env):
        client: Any = env.create(Client, name="one")
        env.create(Visit, client=client)
    again = world.new_env("admin")
    with use_env(again):
        with pytest.raises(StateForbids, match="never undone"):
            undo_request(again, env.request_id, Wish(wish))
        told = {
            one.info.key: one.obstacle for one in preview(again, entries_of_request(again, env.request_id))
        }
        assert told["toy_shop.client"] is None and "never undone" in str(told["toy_shop.visit"])


def test_what_follows_from_entries_is_not_undone_either(world: World) -> None:
    env: Env = world.new_env("admin")
    with use_env(env):
        till: Any = env.create(Till, name="left")
        env.write(till, coins=5)
    again = world.new_env("admin")
    with use_env(again):
        with pytest.raises(StateForbids, match="Tills"):
            undo_request(again, env.request_id)
        again.write(again.get(Till, till.id), coins=4)


def with_model(product: Product, model: type) -> None:
    loaded = [*product._loaded]
    from dataclasses import replace

    found = (*loaded[-1].marked, Marked("model", model, __name__))
    try:
        compose([*loaded[:-1], replace(loaded[-1], marked=found)])
    finally:
        product.compose()


def test_declarations_that_would_change_a_row_later_are_refused(product: Product) -> None:
    class Stamp(CompanyOwned, label=_("Stamp"), immutable=True):
        client: Mapped[Client] = many2one(_("Client"), on_delete="part_of")

    with pytest.raises(CompositionError, match="client would change its rows"):
        with_model(product, Stamp)

    class Seal(CompanyOwned, label=_("Seal"), immutable=True):
        name: Mapped[str] = field(_("Name"))
        state: Mapped[State] = state_field(State("new", _("New")))

        @transition(State("new", _("New")), to=None, label=_("Break"))
        def break_it(self) -> None:
            """Never."""

    with pytest.raises(CompositionError, match="break_it would change its rows"):
        with_model(product, Seal)


def test_a_grant_to_change_them_is_refused(product: Product) -> None:
    loaded = [*product._loaded]
    from dataclasses import replace

    found = (*loaded[-1].marked, Marked("grant", grant(BOSS, Visit, "read update"), __name__))
    try:
        composed = compose([*loaded[:-1], replace(loaded[-1], marked=found)])
        with pytest.raises(CompositionError, match="is granted update on toy_shop"):
            AccessIndex(composed)
    finally:
        product.compose()
