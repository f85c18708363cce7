"""Erasing a personal value that is kept in several languages: each of them goes, and none may stand in the reason."""

from typing import Any

import pytest
from sqlalchemy import select
from toy_shop.models import Client

from core.errors import ValidationFailed
from core.orm.audit_tables import erasure
from core.orm.context import use_env
from core.orm.erasing import erase
from core.orm.trust import TRUSTED
from core.testing.world import World

TITLE = {"zh_CN": "昆山的欧阳先生", "en": "Mr Ouyang of Kunshan"}
EARLIER = {"zh_CN": "苏州的欧阳先生", "en": "Mr Ouyang of Suzhou"}


@pytest.fixture
def known(world: World) -> int:
    """A client with a title that was another one before."""
    with use_env(world.admin):
        client: Any = world.admin.create(Client, name="regular", title=EARLIER)
        world.admin.flush()
    later = world.new_env("admin")
    with use_env(later):
        later.write(later.get(Client, client.id), title=TITLE)
    return int(client.id)


def test_every_language_of_today_and_before_goes(world: World, known: int) -> None:
    env = world.new_env("admin")
    with use_env(env):
        done = erase(env, env.info(Client), [known], "asked for by letter")
        env.flush()
        assert {*TITLE.values(), *EARLIER.values()} <= done.words
        client: Any = env.get(Client, known)
        assert (client.title, client.name) == (None, "regular"), "what is not personal stays"
        wanted = select(erasure.c.fields).where(erasure.c.model == env.info(Client).key)
        assert env.session.scalars(wanted, execution_options=TRUSTED).all() == [["title"]], (
            "the audit follows"
        )


@pytest.mark.parametrize("told", [*TITLE.values(), *EARLIER.values()])
def test_the_reason_names_it_in_no_language(world: World, known: int, told: str) -> None:
    env = world.new_env("admin")
    with use_env(env), pytest.raises(ValidationFailed):
        erase(env, env.info(Client), [known], f"{told} asked for it")
