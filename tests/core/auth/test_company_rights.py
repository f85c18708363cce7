"""The configured rights of a company: read once, known by a number, made anew by every change of a row."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import func, select, text

from core.auth.company_rights import SHIPPED, CompanyRights, load_rights
from core.auth.identity import identity_of
from core.auth.rights_of_roles import PLACES
from core.auth.rights_sections import RIGHTS_MODELS, SECTIONS
from core.orm.engine import ACROSS_SETTING
from core.orm.trust import TRUSTED
from core.testing.statements import gathered
from tests.core.auth.conftest import World, titles


def statements(world: World) -> AbstractContextManager[list[str]]:
    return gathered(world.session.connection())


def rights(world: World, name: str, company: str = "A") -> CompanyRights:
    found = identity_of(world.session, world.ids[name], world.ids[company])
    assert found is not None
    return found.rights


def role_id(world: World, code: str) -> int:
    role = world.composed.info("base.role").table
    wanted = select(role.c.id).where(role.c.code == code)
    return int(world.session.execute(wanted, execution_options=TRUSTED).scalar_one())


def put_below(world: World, code: str, above: str, company: str = "A") -> int:
    """The wall is opened as somebody of that company has it, and left as it was."""
    opened = lambda name: world.session.execute(  # noqa: E731
        select(func.set_config(ACROSS_SETTING, name, True)), execution_options=TRUSTED
    )
    opened("base.role_place")
    found = world.add(
        "base.role_place", f"{above}>{code}", company_id=world.ids[company], role_id=role_id(world, code),
        superior_id=role_id(world, above),
    )  # fmt: skip
    opened("")
    return found


def test_a_company_that_configured_nothing_has_what_is_shipped(office: World) -> None:
    found = rights(office, "bob")
    assert found.sections.keys() == {"roles"}, "which roles there are, and nothing else"
    assert found.of(PLACES) is SHIPPED.of(PLACES) is PLACES.empty
    with statements(office) as seen:
        assert load_rights(office.session, SECTIONS, office.composed, office.ids["A"], ()).version == ()
    assert seen == []


def test_the_second_request_finds_them_read(office: World) -> None:
    put_below(office, "toy_deals.seller", "toy_deals.reader")
    with statements(office) as first:
        found = rights(office, "bob")
    with statements(office) as second:
        again = rights(office, "cid")
    assert again is found
    assert (len(first), len(second)) == (2, 1)


def test_whoever_holds_the_role_above_has_the_rights_below(office: World) -> None:
    office.user("rea", "A", "toy_deals.curious")
    assert not office.env("rea").can("read", "toy_deals.deal")
    put_below(office, "toy_deals.leader", "toy_deals.curious")
    put_below(office, "toy_deals.seller", "toy_deals.leader")
    env = office.env("rea")
    assert env.roles == {"base.user", "toy_deals.curious", "toy_deals.leader", "toy_deals.seller"}
    assert titles(env) == {"free deal"}, "and the rules of the roles below with them"
    found = identity_of(office.session, office.ids["rea"])
    assert found is not None and found.held == {"base.user", "toy_deals.curious"}


def test_a_circle_of_roles_ends(office: World) -> None:
    put_below(office, "toy_deals.leader", "toy_deals.seller")
    put_below(office, "toy_deals.seller", "toy_deals.leader")
    assert office.env("bob").roles == {"base.user", "toy_deals.seller", "toy_deals.leader"}


def test_every_change_of_a_row_is_right_with_the_next_click(office: World) -> None:
    seen = [rights(office, "bob").version]
    place = put_below(office, "toy_deals.leader", "toy_deals.seller")
    seen.append(rights(office, "bob").version)
    assert "toy_deals.leader" in office.env("bob").roles
    office.change("base.role_place", "toy_deals.seller>toy_deals.leader", deleted_at=text("now()"))
    seen.append(rights(office, "bob").version)
    assert "toy_deals.leader" not in office.env("bob").roles
    table = office.composed.info("base.role_place").table
    office.session.execute(table.delete().where(table.c.id == place), execution_options=TRUSTED)
    seen.append(rights(office, "bob").version)
    assert len(set(seen)) == len(seen)


def test_another_company_keeps_its_own(office: World) -> None:
    before = rights(office, "eve", "B")
    put_below(office, "toy_deals.leader", "toy_deals.seller")
    after = rights(office, "eve", "B")
    assert (after.version, after.of(PLACES).below) == (before.version, {})


def test_a_role_of_all_companies_changes_the_rights_of_all(office: World) -> None:
    put_below(office, "toy_deals.leader", "toy_deals.seller")
    put_below(office, "toy_deals.leader", "toy_deals.seller", "B")
    before = rights(office, "bob").version, rights(office, "eve", "B").version
    role = office.composed.info("base.role").table
    off = role.update().where(role.c.code == "toy_deals.leader").values(active=False)
    office.session.execute(off, execution_options=TRUSTED)
    after = rights(office, "bob").version, rights(office, "eve", "B").version
    assert before[0] != after[0] and before[1] != after[1]
    assert "toy_deals.leader" not in office.env("bob").roles
    assert "toy_deals.leader" not in office.env("eve").roles


def test_what_was_rolled_back_is_never_taken_for_what_came_after(office: World) -> None:
    """Its number is not given again, so this process asks anew."""
    with office.session.begin_nested() as undone:
        put_below(office, "toy_deals.leader", "toy_deals.seller")
        tried = rights(office, "bob")
        assert "toy_deals.leader" in office.env("bob").roles
        undone.rollback()
    office.open(office.ids["A"], office.ids["B"])
    assert "toy_deals.leader" not in office.env("bob").roles
    office.open(office.ids["A"], office.ids["B"])
    put_below(office, "toy_deals.head", "toy_deals.seller")
    assert office.env("bob").roles == {"base.user", "toy_deals.seller", "toy_deals.head"}
    assert rights(office, "bob").version != tried.version


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_a_section_names_models_that_are_there(office: World, section: Any) -> None:
    assert set(section.models) <= office.composed.models.keys()
    triggers = text(
        "select count(*) from pg_trigger where tgname like 'rights_version_%' and not tgisinternal"
    )
    links = sum(len(office.composed.info(key).link_tables) for key in RIGHTS_MODELS)
    shipped = 1
    watched = len(RIGHTS_MODELS) + links + shipped
    assert office.session.scalar(triggers, execution_options=TRUSTED) == 3 * watched
