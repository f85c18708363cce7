"""Roles as administrators keep them."""

from __future__ import annotations

from typing import Any

import pytest

from core.api import AccessDenied, Company, Env, RolePlace, RoleRight, RoleRow, UserRole
from core.base.models import BaseRole, BaseUserRole
from core.base.role_pages import role_tree, superiors
from core.orm.context import use_env
from core.testing.world import World


def role(env: Env, code: str) -> Any:
    return env.first(RoleRow, RoleRow.code == code)


def held(world: World, person: str, code: str) -> Any:
    with world.system("North") as env:
        user = env.condition(UserRole, "user", "eq", str(world.staff.users[person]))
        return env.first(UserRole, user, env.condition(UserRole, "role", "eq", str(role(env, code).id)))


def make_system(world: World) -> None:
    with world.system("North") as env:
        env.create(
            UserRole, user=world.staff.users["admin"], company=env.company_id, role=role(env, "base.system")
        )


def test_the_tree_shows_roles_below_the_ones_that_include_them(world: World) -> None:
    env = world.admin
    env.create(
        RolePlace, role=role(env, "crm_base.salesperson"), superior=role(env, "crm_base.sales_director")
    )
    env.create(
        RolePlace, role=role(env, "crm_base.sales_director"), superior=role(env, "crm_base.general_manager")
    )
    shown = role_tree(env, {})["entries"]
    depths = {entry["title"]: entry["depth"] for entry in shown}
    assert (depths["General manager"], depths["Sales director"], depths["Salesperson"]) == (0, 1, 2)
    titles = [entry["title"] for entry in shown]
    at = titles.index("General manager")
    assert titles[at : at + 3] == ["General manager", "Sales director", "Salesperson"]


def test_rules_of_superiors_are_about_records_with_owners(world: World) -> None:
    shown = superiors(world.admin, {})
    keys = {rule.info.key for group in shown["groups"] for rule in group["rules"]}
    assert "crm_base.customer" in keys and "crm_base.category" not in keys


def test_a_copy_takes_the_changes_along(world: World) -> None:
    env = world.admin
    seller = role(env, "crm_base.salesperson")
    env.create(RoleRight, role=seller, model="crm_base.customer", action="read", level="team")
    with use_env(env):
        (copy,) = env.run(BaseRole.copy, [seller], title="Junior")
        (second,) = env.run(BaseRole.copy, [copy], title="Junior two")
    for one in (copy, second):
        rights = env.search(RoleRight, env.condition(RoleRight, "role", "eq", str(one.id)))
        assert [(row.model, row.action, row.level) for row in rights] == [
            ("crm_base.customer", "read", "team")
        ]
        assert one.basis_id == seller.id and one.company_id == env.company_id


def test_administrators_are_not_copied(world: World) -> None:
    env = world.admin
    with use_env(env), pytest.raises(AccessDenied):
        env.run(BaseRole.copy, [role(env, "base.admin")], title="Twin")


def test_a_role_for_every_company_is_the_system_administrators_to_give(world: World) -> None:
    given = held(world, "owner", "base.user")
    env = world.admin
    with use_env(env), pytest.raises(AccessDenied):
        env.run(BaseUserRole.give_everywhere, [env.get(UserRole, given.id)])
    make_system(world)
    env = world.new_env("admin")
    with use_env(env):
        env.run(BaseUserRole.give_everywhere, [env.get(UserRole, given.id)])
        env.run(BaseUserRole.give_everywhere, [env.get(UserRole, given.id)])
    user = env.condition(UserRole, "user", "eq", str(world.staff.users["owner"]))
    base = env.condition(UserRole, "role", "eq", str(role(env, "base.user").id))
    assert env.count(UserRole, user, base).value == env.count(Company).value == 2
    owner = world.new_env("owner")
    assert len(owner.companies) == 2 and owner.company_id == world.staff.companies["North"]
