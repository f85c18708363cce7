"""The second factor: set up, asked for, used once, guessed at, removed; and who has to have one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.auth import second_factor
from core.auth.identity import open_request
from core.auth.passwords import hash_password
from core.auth.recovery import codes_left
from core.auth.second_factor import (
    begin_app,
    check_code,
    confirm_app,
    factors_of,
    key_to_confirm,
    prove,
    remove_app,
)
from core.auth.sessions import HalfWay, SignedIn, WrongCode, end_all_sessions, give_code, sign_in
from core.auth.steps import StepOver
from core.auth.throttle import TooManyAttempts
from core.auth.tokens import hash_token
from core.auth.totp import code_of, step_at
from core.errors import ValidationFailed
from core.orm.audit_tables import audit
from core.orm.trust import TRUSTED
from tests.core.auth.conftest import World

PASSWORD = "the tram stops at seven"
SECRET = b"s" * 32
PLACE = "203.0.113.9"


class Clock:
    """The time that codes are checked at."""

    def __init__(self) -> None:
        self.now_is = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)

    def now(self, _zone: Any) -> datetime:
        return self.now_is

    def pass_by(self, steps: int = 1) -> None:
        self.now_is += timedelta(seconds=30 * steps)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(second_factor, "datetime", made)
    return made


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def people(office: World, stored: str) -> World:
    office.change("base.user", "bob", password_hash=stored)
    return office


class Phone:
    """Bob's app."""

    def __init__(self, world: World, clock: Clock) -> None:
        env = world.env("bob")
        begin_app(env, SECRET)
        key = key_to_confirm(env.session, SECRET, env.user_id)
        assert key is not None
        self.key, self.clock = key, clock
        self.codes = confirm_app(env, SECRET, self.code())
        clock.pass_by()

    def code(self) -> str:
        return code_of(self.key, step_at(self.clock.now_is))


@pytest.fixture
def phone(people: World, clock: Clock) -> Phone:
    return Phone(people, clock)


def enter(world: World) -> SignedIn | HalfWay:
    return sign_in(world.session, "bob", PASSWORD, address=PLACE, agent="Browser")


def half(world: World) -> str:
    found = enter(world)
    assert isinstance(found, HalfWay)
    return found.token


def give(world: World, token: str, code: str) -> SignedIn:
    return give_code(world.session, token, code, secret=SECRET, address=PLACE, agent="Browser")


def sealed(world: World) -> list[Any]:
    table = world.composed.info("base.totp").table
    return list(world.session.execute(select(table), execution_options=TRUSTED))


def test_the_password_alone_is_half_of_a_sign_in(people: World, phone: Phone) -> None:
    token = half(people)
    assert open_request(people.session, hash_token(token)) is None
    signed_in = give(people, token, phone.code())
    found = open_request(people.session, hash_token(signed_in.token))
    assert found is not None and found.user_id == people.ids["bob"]
    with pytest.raises(StepOver):
        give(people, token, phone.code())


def test_a_code_works_once_and_older_ones_not_after_it(people: World, phone: Phone) -> None:
    used = phone.code()
    phone.clock.pass_by()
    older, newer = used, phone.code()
    give(people, half(people), newer)
    for code in (newer, older):
        with pytest.raises(WrongCode):
            give(people, half(people), code)
    phone.clock.pass_by()
    give(people, half(people), phone.code())


def test_a_recovery_code_works_once_however_it_is_typed(people: World, phone: Phone) -> None:
    assert phone.codes is not None and len(set(phone.codes)) == 10
    give(people, half(people), f" {phone.codes[0].upper()} ")
    give(people, half(people), phone.codes[1].replace("-", ""))
    with pytest.raises(WrongCode):
        give(people, half(people), phone.codes[0])
    assert codes_left(people.session, people.ids["bob"]) == 8


def test_guessing_at_codes_is_slowed_down_and_the_password_does_not_help(people: World, phone: Phone) -> None:
    for _n in range(5):
        with pytest.raises(WrongCode):
            give(people, half(people), "000000")
    with pytest.raises(TooManyAttempts):
        give(people, half(people), phone.code())


def test_a_sign_in_under_way_dies_with_the_sessions(people: World, phone: Phone) -> None:
    token = half(people)
    end_all_sessions(people.session, people.ids["bob"])
    with pytest.raises(StepOver):
        give(people, token, phone.code())


def test_the_app_counts_only_when_its_code_has_confirmed_it(people: World, clock: Clock) -> None:
    env = people.env("bob")
    begin_app(env, SECRET)
    assert not factors_of(env.session, env.user_id).any
    assert isinstance(enter(people), SignedIn)
    with pytest.raises(ValidationFailed):
        confirm_app(env, SECRET, "000000")
    first = key_to_confirm(env.session, SECRET, env.user_id)
    begin_app(env, SECRET)
    assert key_to_confirm(env.session, SECRET, env.user_id) != first


def test_key_and_codes_cannot_be_read_in_the_database(people: World, phone: Phone) -> None:
    (row,) = sealed(people)
    assert phone.key.hex() not in str(row) and phone.code() not in str(row)
    table = people.composed.info("base.recovery_code").table
    kept = str(people.session.execute(select(table), execution_options=TRUSTED).all())
    assert phone.codes is not None and not any(code in kept for code in phone.codes)
    for person in ("bob", "max"):
        env = people.env(person)
        for model in ("base.totp", "base.recovery_code", "base.sign_in_step"):
            hidden = {"sealed_key", "code_hash", "token_hash", "data"}
            assert not hidden & env.policy.readable(env.info(model))
            assert not env.policy.allowed(env.info(model), "read")


def test_switching_off_needs_the_password_and_is_told_in_the_history(people: World, phone: Phone) -> None:
    env = people.env("bob")
    for given in ("", "wrong one here", phone.code()):
        with pytest.raises(ValidationFailed):
            prove(env, SECRET, given, address=PLACE)
    prove(env, SECRET, PASSWORD, address=PLACE)
    remove_app(env)
    assert isinstance(enter(people), SignedIn) and codes_left(env.session, env.user_id) == 0
    told = select(audit.c.changes, audit.c.reason).where(
        audit.c.model == "base.user", audit.c.record_id == env.user_id
    ).order_by(audit.c.id)  # fmt: skip
    found = [
        (row.changes["second_factor"]["n"], row.reason)
        for row in env.session.execute(told, execution_options=TRUSTED)
    ]
    assert found == [(True, "A second factor was set up."), (False, "The second factor was switched off.")]


def test_without_a_password_a_code_proves_who_is_there(people: World, phone: Phone) -> None:
    people.change("base.user", "bob", password_hash=None)
    env = people.env("bob")
    with pytest.raises(ValidationFailed):
        prove(env, SECRET, "000000", address=PLACE)
    prove(env, SECRET, phone.code(), address=PLACE)


def test_one_user_s_code_is_none_of_another(people: World, phone: Phone) -> None:
    assert phone.codes is not None
    assert not check_code(people.session, SECRET, people.ids["cid"], phone.code())
    assert not check_code(people.session, SECRET, people.ids["cid"], phone.codes[0])


def require(world: World, company: str, *codes: str) -> None:
    """The company asks it of these roles."""
    role = world.composed.info("base.role").table
    link = world.composed.info("base.company").link_tables["second_factor_roles"]
    for code in codes:
        found = world.session.scalars(
            select(role.c.id).where(role.c.code == code), execution_options=TRUSTED
        ).one()
        world.session.execute(
            link.insert().values(left_id=world.ids[company], right_id=found), execution_options=TRUSTED
        )


@pytest.mark.parametrize(
    ("company", "role", "asked"),
    [("A", "base.user", True), ("A", "toy_deals.seller", True), ("A", "toy_deals.boss", False), ("B", "base.user", False)],
)  # fmt: skip
def test_a_company_asks_it_of_the_holders_of_roles(
    people: World, company: str, role: str, asked: bool
) -> None:
    require(people, company, role)
    signed_in = enter(people)
    assert isinstance(signed_in, SignedIn)
    found = open_request(people.session, hash_token(signed_in.token))
    assert found is not None and found.must_enrol is asked


def test_the_demand_is_met_by_setting_one_up(people: World, clock: Clock) -> None:
    require(people, "A", "base.user")
    signed_in = enter(people)
    assert isinstance(signed_in, SignedIn)
    Phone(people, clock)
    found = open_request(people.session, hash_token(signed_in.token))
    assert found is not None and not found.must_enrol
