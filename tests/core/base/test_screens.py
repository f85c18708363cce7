"""The administrators' part of the tree, and the switches of addons."""

from __future__ import annotations

from typing import Any

import pytest

from core.api import AccessDenied, CompanyAddon, Department, UserError
from core.base.models import BaseCompanyAddon
from core.orm.compose import Composition
from core.orm.context import use_env
from core.testing.world import World
from core.views.check import check
from core.views.navigation import menu_tree
from core.views.resolve import form_for, list_for


def keys(env: Any) -> set[str]:
    return {node.key for top in menu_tree(env) for node in (top, *top.children)}


def test_all_screens_name_things_that_exist(composed: Composition) -> None:
    assert [str(problem) for problem in check(composed) if problem.addon == "base"] == []


def test_administrators_see_the_administration_and_others_the_organisation(world: World) -> None:
    assert {"base.users", "base.roles", "base.option_lists", "base.numbering", "base.addons", "base.companies",
            "base.jobs", "base.sessions", "base.departments"} <= keys(world.admin)  # fmt: skip
    assert keys(world.stranger) & {"base.administration", "base.users", "base.option_lists"} == set()
    assert {"base.departments", "base.employees"} <= keys(world.stranger)


def test_people_see_the_branches_of_their_roles(world: World) -> None:
    assert {"crm_base.my_tasks", "crm_base.board"} <= keys(world.stranger)
    assert not {"crm_base.customers", "crm_base.contacts", "crm_base.categories"} & keys(world.stranger)
    assert "crm_base.categories" in keys(world.admin)


@pytest.mark.parametrize(
    "model",
    ["company", "department", "employee", "user", "role", "user_role", "option", "numbering", "company_addon", "job",
     "session"],
)  # fmt: skip
def test_every_screen_can_be_read_by_an_administrator(world: World, model: str) -> None:
    env, key = world.admin, f"base.{model}"
    view, form = list_for(env, key), form_for(env, key)
    for chosen in (None, *view.presets):
        where = [chosen.where(env)] if chosen is not None and chosen.where is not None else []
        page = env.page(key, [column.name for column in view.columns], *where, order=view.order)
        for row in page.rows[:1]:
            env.read(key, row[0], list(form.columns))


def test_a_department_lists_its_people_and_departments(world: World) -> None:
    form = form_for(world.admin, Department)
    assert {related.field.name for related in form.related} == {"employees", "departments"}


def test_an_addon_is_switched_off_and_on_by_its_administrator(world: World) -> None:
    env = world.admin
    switch = env.first(CompanyAddon, CompanyAddon.addon == "crm_base")
    with use_env(env):
        assert {m.name for m in env.allowed_methods(switch)} == {"switch_off"}
        env.run(BaseCompanyAddon.switch_off, [switch])
        assert "crm_base" not in world.new_env("owner").addons
        assert "crm_base" in world.new_env("other").addons
        env.run(BaseCompanyAddon.switch_on, [switch])
    assert "crm_base" in world.new_env("owner").addons
    with use_env(world.owner), pytest.raises((AccessDenied, UserError)):
        world.owner.run(BaseCompanyAddon.switch_off, [switch])
