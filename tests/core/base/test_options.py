"""Option lists as administrators edit them (KERN-26)."""

from __future__ import annotations

from typing import Any

import pytest

from core.api import AccessDenied, Option, ValidationFailed
from core.base.pages import option_lists
from core.testing.world import World


def give_system(world: World) -> Any:
    with world.system("North") as env:
        role = env.first("base.role", env.condition("base.role", "code", "eq", "base.system"))
        env.create("base.user_role", user=world.staff.users["admin"], company=env.company_id, role=role)
    return world.new_env("admin")


def test_the_overview_names_every_list_of_enabled_addons(world: World) -> None:
    shown = option_lists(world.admin, {})
    lists = {entry["code"]: entry for found in shown["groups"] for entry in found["lists"]}
    assert str(lists["crm_base.industry"]["title"].translate("en")) == "Industry"
    assert lists["crm_base.industry"]["count"].translate("en") == "18 choices"
    assert (
        lists["crm_base.industry"]["url"]
        == "/r/base.option?f=list_code%3Aeq%3Acrm_base.industry&order=sequence"
    )
    assert lists["crm_base.industry"]["add_url"] == "/r/base.option/new?list_code=crm_base.industry"
    declared = {found.list_code for _addon, found in world.composition.collect("options")}
    assert declared <= set(lists), "a list that no field offers"


def test_a_company_adds_choices_of_its_own_to_a_known_list(world: World) -> None:
    made = world.admin.create(Option, list_code="crm_base.industry", name={"zh_CN": "航天", "en": "Space"})
    assert made.code.startswith("own-") and made.company_id == world.company("North")
    assert world.owner.get(Option, made.id).name["en"] == "Space"
    assert world.other.count(Option, Option.id == made.id).value == 0
    with pytest.raises(ValidationFailed) as refused:
        world.admin.create(Option, list_code="crm_base.nothing", name={"en": "x"})
    assert set(refused.value.problems) == {"list_code"}
    with pytest.raises(ValidationFailed):
        world.admin.write(made, list_code="crm_base.source")
    world.admin.write(made, active=False, sequence=5)
    with pytest.raises(AccessDenied):
        world.owner.create(Option, list_code="crm_base.industry", name={"en": "x"})


def test_shared_choices_are_changed_by_the_system_administrator_only(world: World) -> None:
    shared = world.admin.first(Option, Option.list_code == "crm_base.source", Option.code == "visit")
    assert shared is not None
    with pytest.raises(AccessDenied) as refused:
        world.admin.write(shared, sequence=99)
    assert "All companies" in refused.value.message.translate("en")
    env = give_system(world)
    env.write(env.get(Option, shared.id), name={"zh_CN": "登门", "en": "Door to door"})
    assert world.new_env("other").get(Option, shared.id).name["en"] == "Door to door"
