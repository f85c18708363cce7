"""A discount beyond what a seller may give: asked for, decided by a superior or the boss, good for three days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from toy_shop.models import Discount

from core.auth.approvals import approved, ask_for_approval, end_requests, waiting_for_me
from core.auth.who_may import who_may
from core.auth.why.decisions import decisions
from core.auth.why.subjects import oneself
from core.errors import AccessDenied, ValidationFailed
from core.i18n import _
from core.testing.team import acting, buttons, notices
from core.testing.world import World


def ask(world: World, person: str = "owner", percent: int = 30) -> Any:
    with acting(world, person) as env:
        return ask_for_approval(env, Discount, "Big order", title="Acme", percent=percent, owner=env.user_id)


def waiting(world: World, person: str) -> list[int]:
    with acting(world, person) as env:
        return [one.id for one in env.search(Discount, waiting_for_me(env, Discount))]


def test_superior_and_boss_are_told_and_may_decide_and_nobody_else(world: World) -> None:
    made = ask(world)
    may = {"superior", "admin"}
    with acting(world, "owner") as env:
        found = who_may(env, made, Discount.approve)
        assert found == sorted(world.staff.users[one] for one in may)
        said = decisions(oneself(env), env.info(Discount), made.id, made.state)
        (by,) = [one for one in said if one.key == "approve" and one.is_step]
        assert not by.allowed and "have asked for themselves" in str(by.reasons[0])
        with pytest.raises(AccessDenied):
            made.approve()
    for person in ("owner", "colleague", "superior", "director", "admin", "other"):
        assert ("approve" in buttons(world, person, made)) is (person in may), person
        assert waiting(world, person) == ([made.id] if person in may else [])
        assert any("waits for your decision" in one for one in notices(world, person)) is (person in may)


def test_what_is_approved_is_good_until_its_last_day(world: World) -> None:
    made = ask(world)
    with acting(world, "admin") as env:
        env.get(Discount, made.id).approve(remark="Once")
    with acting(world, "owner") as env:
        assert [(one.id, one.valid_until - env.today) for one in approved(env, Discount)] == [
            (made.id, timedelta(days=3))
        ]
        assert approved(env, Discount, Discount.percent > 30) == []
    with world.system("North") as env:
        env.write(env.get(Discount, made.id), valid_until=env.today - timedelta(days=1))
        assert approved(env, Discount) == []
    assert "Discount Acme was approved." in notices(world, "owner")


def test_what_nobody_asks_for_any_more_is_withdrawn_with_the_reason(world: World) -> None:
    made, kept = ask(world), ask(world, percent=40)
    with acting(world, "colleague") as env:
        end_requests(env, Discount, _("It is over."), Discount.percent == 30)
    with acting(world, "owner") as env:
        assert [(one.state.code, one.remark) for one in env.get_many(Discount, [made.id, kept.id])] == [
            ("withdrawn", "It is over."), ("waiting", None),
        ]  # fmt: skip
        assert "withdraw" in {one.name for one in env.allowed_methods(env.get(Discount, kept.id))}


def test_a_request_that_nobody_could_decide_on_is_not_made(world: World) -> None:
    with acting(world, "admin") as env, pytest.raises(ValidationFailed, match="Nobody may approve"):
        ask_for_approval(env, Discount, "Mine", title="Acme", percent=1, owner=world.staff.users["admin"])
