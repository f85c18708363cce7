"""What the kernel writes for a company by itself is in the company's language and on its day, whoever reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.api import Company, Env, company_language
from core.lifecycle.companies import open_company, within_company
from core.testing.people import NORTH, SOUTH
from core.testing.statements import counted
from core.testing.world import World

ABROAD = {"language": "en", "timezone": "Pacific/Honolulu"}


@pytest.fixture
def abroad(world: World) -> World:
    """South works in English and on the other side of the date line."""
    with world.system(SOUTH) as env:
        env.write(env.get(Company, env.company_id), **ABROAD)
    return world


def test_a_person_knows_the_language_of_the_company_without_asking_for_it(abroad: World) -> None:
    owner, other = abroad.new_env("owner"), abroad.new_env("other")
    assert (owner.language, company_language(owner), company_language(other)) == ("en", "zh_CN", "en")
    assert counted(owner, lambda: company_language(owner)) == []


def test_the_kernel_asks_for_it_once(abroad: World) -> None:
    system = abroad.new_env("owner").sudo("words")
    assert company_language(system) == "zh_CN"
    assert counted(system, lambda: company_language(system)) == []
    assert system.language == "en", "a step speaks as whoever takes it"


@pytest.mark.parametrize(("company", "language", "zone"), [
    (NORTH, "zh_CN", "Asia/Shanghai"), (SOUTH, "en", "Pacific/Honolulu"),
])  # fmt: skip
def test_the_kernels_own_work_speaks_as_its_company(
    abroad: World, company: str, language: str, zone: str
) -> None:
    with abroad.system(company) as env:
        env.clock = lambda: datetime(2026, 3, 2, 8, tzinfo=UTC)
        inner = env.sudo("further on")
        for one in (env, inner):
            assert (one.language, one.timezone) == (language, ZoneInfo(zone))
        assert env.today.day == (2 if company == NORTH else 1), "what day it is there"


def test_a_company_that_is_opened_is_filled_in_its_own_language(world: World) -> None:
    with world.system(NORTH) as here:
        made = open_company(here, name="West", code="West", **ABROAD)
        with within_company(here, made, "a look") as env:
            assert _habits(env) == ("en", "Pacific/Honolulu")
        assert _habits(here) == ("zh_CN", "Asia/Shanghai")


def test_what_all_companies_share_belongs_to_none(world: World) -> None:
    with world.system(NORTH) as env, within_company(env, 0, "shared") as shared:
        assert _habits(shared) == ("zh_CN", "Asia/Shanghai")


def _habits(env: Env) -> tuple[str, Any]:
    return env.language, env.timezone.key
