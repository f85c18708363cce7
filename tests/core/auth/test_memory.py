"""What a caller may do is worked out once and holds for the next requests, until the caller is another one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.auth import memory
from core.orm.env import Env
from tests.core.auth import toys
from tests.core.auth.conftest import World, titles


def rule(env: Env) -> Any:
    return env.policy.where(env.info(toys.Deal), "read")


def test_the_next_request_of_a_caller_finds_the_rules_made(office: World) -> None:
    assert rule(office.env("bob")) is rule(office.env("bob"))
    assert rule(office.env("bob")) is not rule(office.env("cid"))


def test_another_role_is_another_caller(office: World) -> None:
    assert titles(office.env("dan")) == {"dan", "free deal"}
    office.give("dan", "A", "toy_deals.boss")
    assert rule(office.env("dan")) is None


def test_other_people_below_make_another_caller(office: World) -> None:
    assert titles(office.env("dan")) == {"dan", "free deal"}
    office.change("base.employee", "e:cid", superior_id=office.ids["e:dan"])
    assert titles(office.env("dan")) == {"dan", "cid", "free deal"}


def test_another_company_and_an_addon_switched_off_too(office: World) -> None:
    office.user("dan", "B", "toy_deals.boss")
    assert rule(office.env("dan", "A")) is not None
    assert rule(office.env("dan", "B")) is None
    assert office.env("eve").policy.allowed(office.composed.info(toys.Deal), "read")
    office.change("base.company_addon", "B:toy_deals", enabled=False)
    assert not office.env("eve").policy.allowed(office.composed.info(toys.Deal), "read")


@pytest.mark.parametrize("ask", [lambda env: env.clock(), lambda env: env.now, lambda env: env.user.name])
def test_what_the_clock_or_a_row_has_said_is_asked_again(office: World, ask: Any) -> None:
    built = []

    def answer(env: Env) -> Any:
        return env.policy.remembered("of the moment", lambda: built.append(ask(env)) or len(built))

    def follows(env: Env) -> Any:
        return env.policy.remembered("follows from it", lambda: ("so", answer(env)))

    first, second = office.env("ann"), office.env("ann")
    assert (answer(first), follows(first), answer(first)) == (1, ("so", 1), 1)
    assert (follows(second), answer(second)) == (("so", 2), 2)


def test_what_follows_from_the_day_holds_until_midnight(office: World) -> None:
    built = []

    def answer(env: Env) -> Any:
        return env.policy.remembered("of the day", lambda: built.append(env.today) or len(built))

    def follows(env: Env) -> Any:
        return env.policy.remembered("follows from it", lambda: ("so", answer(env)))

    first, second, third = office.env("ann"), office.env("ann"), office.env("ann")
    late = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)  # a minute before midnight in Shanghai
    first.clock, second.clock = (lambda: late), (lambda: late + timedelta(seconds=59))
    third.clock = lambda: late + timedelta(minutes=1)
    assert (answer(first), follows(first), answer(second), follows(second)) == (1, ("so", 1), 1, ("so", 1))
    assert (follows(third), answer(third), answer(third)) == (("so", 2), 2, 2)
    assert built == [date(2026, 3, 1), date(2026, 3, 2)]


def test_it_ends_after_a_minute(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rule(office.env("ann"))
    later = memory.monotonic() + memory.SECONDS + 1
    monkeypatch.setattr(memory, "monotonic", lambda: later)
    assert rule(office.env("ann")) is not before


def test_it_is_bounded(office: World) -> None:
    env = office.env("ann")
    for number in range(3 * memory.ANSWERS):
        assert env.policy.remembered(("answer", number), lambda number=number: number) == number
    kept = env.policy._memory  # type: ignore[attr-defined]
    assert len(kept) <= memory.ANSWERS
    found = memory.Memories()
    identity: Any = env.policy.identity  # type: ignore[attr-defined]
    for number in range(3 * memory.CALLERS):
        found.of(identity, str(number))
    assert len(found._found) == memory.CALLERS


def test_answers_of_all_callers_together_are_bounded(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the caller of longest ago go first, and whoever is at work keeps theirs."""
    monkeypatch.setattr(memory, "MOST", 25)
    identity: Any = office.env("ann").policy.identity  # type: ignore[attr-defined]
    found = memory.Memories()
    for number in range(10):
        own = found.of(identity, str(number))
        own.update({key: key for key in range(10)})
        assert found.of(identity, str(number)) is own
        assert sum(map(len, found._found.values())) <= 25
    assert [language for _person, language in found._found] == ["8", "9"]
    own.update({key: key for key in range(100)})
    assert found.of(identity, "9") is own and len(found._found) == 1
