"""More people than those of `people.py`, and what tests of their work ask again and again.

`join` adds people to the world of one test; `acting` is one of their requests, `buttons` what they are offered,
`notices` what they were told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from core.i18n import LazyString
from core.orm.env import Env
from core.testing.people import NORTH, STAFF
from core.testing.world import World, use_env


def team(role: str, director: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """What `roles_of_people` may say: one role for owner, colleague, superior and other, and those of the director."""
    return {"owner": [role], "colleague": [role], "superior": [role], "other": [role], "director": director}


def join(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    crew: Mapping[str, str | None],
    elsewhere: Collection[str] = (),
) -> None:
    """Let people, by name with their role, work in company North: in its department, or in another one."""
    with world.system(NORTH) as env:
        home: Any = env.first("base.department", env.condition("base.department", "code", "eq", "S"))
        other: Any = env.create("base.department", name="Elsewhere", code="E") if elsewhere else None
        for name, role in crew.items():
            user: Any = env.create("base.user", name=name.capitalize(), login=name, language="en")
            department = other if name in elsewhere else home
            env.create("base.employee", name=name.capitalize(), code=name, user=user, department=department)
            if role is not None:
                give(env, user.id, role)
            world.staff.users[name] = user.id
            monkeypatch.setitem(STAFF, name, NORTH)


def give(env: Env, user: int, code: str) -> None:
    """Let a user hold a further role; `code` counts from the next Env on."""
    role: Any = env.first("base.role", env.condition("base.role", "code", "eq", code))
    env.create("base.user_role", user=user, company=env.company_id, role=role)


@contextmanager
def acting(world: World, person: str) -> Iterator[Env]:
    """A request of a person, with rights as they are now; `world.acting` goes on with the person's earlier one."""
    env = world.new_env(person)
    with use_env(env):
        yield env
        env.flush()


def choice(env: Env, list_code: str, code: str) -> Any:
    """A choice of an option list, `choice(env, "crm_base.channel", "web")`."""
    found: Any = env.first(
        "base.option",
        env.condition("base.option", "list_code", "eq", list_code),
        env.condition("base.option", "code", "eq", code),
    )
    assert found is not None, f"{list_code} has no choice {code}"
    return found


def buttons(world: World, person: str, record: Any) -> set[str]:
    """The steps that a person is offered on a record; none where it cannot be seen."""
    env = world.new_env(person)
    seen = env.first(type(record), type(record).id == record.id)
    return {method.name for method in env.allowed_methods(seen)} if seen is not None else set()


def notices(world: World, person: str) -> list[str]:
    """What a person was told, oldest first."""
    env = world.new_env(person)
    found: list[Any] = env.search("base.notice", order="id")
    return [LazyString.from_json(one.text).translate("en") for one in found]
