"""The people of the kit with the roles of a sales organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from core.testing.world import World


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_base"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        "owner": ["crm_base.salesperson"],
        "colleague": ["crm_base.salesperson"],
        "superior": ["crm_base.salesperson"],
        "director": ["crm_base.salesperson"],
        "other": ["crm_base.salesperson", "crm_base.sales_director", "crm_base.general_manager"],
    }


@pytest.fixture
def give(world: World) -> Any:
    """`give("colleague", "crm_base.sales_director")` hands out a further role; it counts in the person's next Env."""

    def give_role(person: str, code: str) -> Any:
        with world.system("North") as env:
            role = env.first("base.role", env.condition("base.role", "code", "eq", code))
            env.create(
                "base.user_role", user=world.staff.users[person], company=world.company("North"), role=role.id
            )
        return world.new_env(person)

    return give_role
