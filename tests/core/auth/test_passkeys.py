"""Passkeys: made, used as second factor and alone, refused when anything is not as it was asked, removed."""

from __future__ import annotations

from typing import Any

import pytest

from core.auth.identity import open_request
from core.auth.models import Passkey
from core.auth.passkeys import (
    ADDING,
    ENTERING,
    Party,
    PasskeyRefused,
    add,
    begin_adding,
    begin_entering,
    enter,
    options_of,
    own_passkeys,
    remove,
)
from core.auth.passwords import hash_password
from core.auth.second_factor import factors_of, remove_all
from core.auth.sessions import SECOND_STEP, HalfWay, NoCompany, SignedIn, sign_in
from core.auth.steps import StepOver
from core.auth.tokens import hash_token
from core.errors import NotFound
from tests.core.auth.conftest import World
from tests.core.auth.device import Device

PASSWORD = "the tram stops at seven"
SECRET = b"s" * 32
HERE = Party("localhost", "http://localhost")


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def people(office: World, stored: str) -> World:
    for name in ("bob", "cid"):
        office.change("base.user", name, password_hash=stored)
    return office


def give(world: World, device: Device, person: str = "bob", name: str = "Phone") -> list[str] | None:
    env = world.env(person)
    token = begin_adding(env, SECRET, HERE, name, login=person)
    return add(env, SECRET, HERE, token, device.make(str(options_of(env.session, ADDING, token))))


def half(world: World, person: str = "bob") -> str:
    found = sign_in(world.session, person, PASSWORD, address=None)
    assert isinstance(found, HalfWay)
    return found.token


def come_in(world: World, kind: str, token: str, answer: str) -> SignedIn:
    return enter(world.session, HERE, kind, token, answer, address="203.0.113.9", agent="Browser")


def alone(world: World, device: Device) -> SignedIn:
    token = begin_entering(world.session, HERE)
    return come_in(world, ENTERING, token, device.use(str(options_of(world.session, ENTERING, token))))


def test_the_first_passkey_comes_with_codes_and_makes_the_sign_in_two_steps(people: World) -> None:
    device = Device()
    codes = give(people, device)
    assert codes is not None and len(codes) == 10
    assert give(people, Device(), name="Second") is None
    assert [one.name for one in own_passkeys(people.env("bob"))] == ["Second", "Phone"]
    token = begin_entering(people.session, HERE, half(people))
    options = str(options_of(people.session, SECOND_STEP, token))
    assert options.count('"public-key"') == 2
    found = open_request(
        people.session, hash_token(come_in(people, SECOND_STEP, token, device.use(options)).token)
    )
    assert found is not None and found.user_id == people.ids["bob"]


def test_alone_it_lets_in_whoever_the_device_has_verified(people: World) -> None:
    device = Device()
    give(people, device)
    assert alone(people, device).user_id == people.ids["bob"]
    device.verifies = False
    with pytest.raises(PasskeyRefused):
        alone(people, device)


def test_an_answer_works_once(people: World) -> None:
    device = Device()
    give(people, device)
    token = begin_entering(people.session, HERE)
    answer = device.use(str(options_of(people.session, ENTERING, token)))
    come_in(people, ENTERING, token, answer)
    with pytest.raises(StepOver):
        come_in(people, ENTERING, token, answer)
    with pytest.raises(PasskeyRefused):
        come_in(people, ENTERING, begin_entering(people.session, HERE), answer)


@pytest.mark.parametrize(
    "other", [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"uses": 3}, {"key": Device().key}]
)
def test_what_is_signed_elsewhere_or_by_a_copy_is_refused(people: World, other: dict[str, Any]) -> None:
    device = Device(uses=10)
    give(people, device)
    alone(people, device)
    stranger = Device(**{"id": device.id, "key": device.key, "uses": 20, **other})
    with pytest.raises(PasskeyRefused):
        alone(people, stranger)


def test_somebody_else_s_passkey_is_no_second_factor(people: World) -> None:
    mine, other = Device(), Device()
    give(people, mine, "bob")
    give(people, other, "cid")
    token = begin_entering(people.session, HERE, half(people))
    with pytest.raises(PasskeyRefused):
        come_in(people, SECOND_STEP, token, other.use(str(options_of(people.session, SECOND_STEP, token))))


@pytest.mark.parametrize(
    "answer", ["", "{}", "null", "[]", '{"id": 5}', "x" * 30_000, '{"id":"AA","rawId":"AA"}']
)
def test_rubbish_is_refused(people: World, answer: str) -> None:
    with pytest.raises(PasskeyRefused):
        come_in(people, ENTERING, begin_entering(people.session, HERE), answer)
    env = people.env("bob")
    with pytest.raises(PasskeyRefused):
        add(env, SECRET, HERE, begin_adding(env, SECRET, HERE, "x", login="bob"), answer)


def test_a_passkey_belongs_to_one_account(people: World) -> None:
    device = Device()
    give(people, device)
    with pytest.raises(PasskeyRefused):
        give(people, device, "cid")
    env = people.env("cid")
    assert list(env.search(Passkey)) == []
    number = own_passkeys(people.env("bob"))[0].id
    with pytest.raises(NotFound):
        remove(people.env("cid"), number)


def test_a_blocked_user_s_passkey_opens_nothing(people: World) -> None:
    device = Device()
    give(people, device)
    people.change("base.user", "bob", blocked=True)
    with pytest.raises(NoCompany):
        alone(people, device)


def test_with_the_last_one_the_second_step_goes(people: World) -> None:
    device = Device()
    give(people, device)
    remove(people.env("bob"), own_passkeys(people.env("bob"))[0].id)
    assert isinstance(sign_in(people.session, "bob", PASSWORD, address=None), SignedIn)
    assert factors_of(people.session, people.ids["bob"]).codes == 0
    with pytest.raises(PasskeyRefused):
        alone(people, device)


def test_an_administrator_removes_all_of_somebody(people: World) -> None:
    device = Device()
    give(people, device)
    remove_all(people.env("max"), people.ids["bob"])
    with pytest.raises(PasskeyRefused):
        alone(people, device)
