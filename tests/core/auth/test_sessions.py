"""Signing in, being slowed down, and links that work once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.demo_passwords import demo_password
from core.auth.identity import open_request
from core.auth.models import User
from core.auth.models.one_time_token import INVITE
from core.auth.password_change import (
    LinkExpired,
    change_password,
    link_for,
    one_time_link,
    redeem,
    set_password,
    user_of_link,
)
from core.auth.passwords import hash_password
from core.auth.sessions import NoCompany, SignedIn, SignInRefused, sign_in
from core.auth.throttle import TooManyAttempts, account_counter, address_counter, count_attempt
from core.auth.tokens import hash_token
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.orm.audit_tables import audit
from core.orm.engine import session_factory
from core.orm.trust import TRUSTED
from tests.core.auth.conftest import ScratchDatabase, World

PASSWORD = "the tram stops at seven"
SECRET = b"s" * 32
HERE, ELSEWHERE = "127.0.0.1", "203.0.113.9"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def people(office: World, stored: str) -> World:
    office.change("base.user", "bob", password_hash=stored)
    return office


def enter(world: World, login: str = "bob", password: str = PASSWORD, address: str = ELSEWHERE) -> SignedIn:
    return sign_in(world.session, login, password, address=address, agent="Browser", demo_secret=SECRET)


def row(world: World, key: str, *where: Any) -> Any:
    table = world.composed.info(key).table
    return world.session.execute(select(table).where(*where), execution_options=TRUSTED).one()


def test_a_right_password_starts_a_new_session_each_time(people: World) -> None:
    first, second = enter(people), enter(people, " BOB ")
    assert first.token != second.token
    assert (first.user_id, first.company_id) == (people.ids["bob"], people.ids["A"])
    for found in (first, second):
        assert open_request(people.session, hash_token(found.token)) is not None
    table = people.composed.info("base.session").table
    kept = row(people, "base.session", table.c.token_hash == hash_token(first.token))
    assert (kept.address, kept.agent) == (ELSEWHERE, "Browser")
    assert first.token not in str(kept)
    user = people.composed.info("base.user").table
    assert row(people, "base.user", user.c.id == people.ids["bob"]).last_login is not None


def test_all_refusals_sound_alike(people: World, stored: str) -> None:
    people.change("base.user", "cid", password_hash=stored, blocked=True)
    texts = set()
    for login, password in (
        ("bob", "wrong one here"),
        ("nobody", PASSWORD),
        ("cid", PASSWORD),
        ("ann", PASSWORD),
    ):
        with pytest.raises(SignInRefused) as refused:
            enter(people, login, password)
        texts.add(refused.value.message.translate("en"))
    assert texts == {"The login name or the password is not right."}


def test_an_account_without_a_company_is_told_so(people: World, stored: str) -> None:
    people.add("base.user", "zoe", name="zoe", login="zoe", password_hash=stored)
    with pytest.raises(NoCompany):
        enter(people, "zoe")


def test_demonstration_accounts_work_from_this_machine_only(people: World) -> None:
    people.change("base.user", "dan", is_demo=True)
    found = demo_password(SECRET, "dan")
    assert enter(people, "dan", found, HERE).user_id == people.ids["dan"]
    for login, password, address in (("dan", found, ELSEWHERE), ("ann", demo_password(SECRET, "ann"), HERE)):
        with pytest.raises(SignInRefused):
            enter(people, login, password, address)
    with pytest.raises(SignInRefused):
        sign_in(people.session, "dan", found, address=HERE)


def test_a_demonstration_account_with_a_password_of_its_own_is_an_ordinary_one(
    people: World, stored: str
) -> None:
    people.change("base.user", "dan", is_demo=True, password_hash=stored)
    with pytest.raises(SignInRefused):
        enter(people, "dan", demo_password(SECRET, "dan"), HERE)
    assert enter(people, "dan").user_id == people.ids["dan"]


def test_guessing_at_one_account_is_stopped_even_with_the_right_password(people: World) -> None:
    for _n in range(5):
        with pytest.raises(SignInRefused):
            enter(people, password="wrong one here")
    with pytest.raises(TooManyAttempts) as told:
        enter(people)
    assert 0 < told.value.seconds <= 30
    assert told.value.message.translate("en") == "Too many failed attempts. Please try again in 1 minute."
    with pytest.raises(TooManyAttempts):
        enter(people, address="198.51.100.7")


def test_an_unknown_account_is_slowed_down_alike(people: World) -> None:
    for _n in range(5):
        with pytest.raises(SignInRefused):
            enter(people, "nobody")
    with pytest.raises(TooManyAttempts):
        enter(people, "nobody")


def test_success_takes_the_count_back(people: World) -> None:
    for _round in range(3):
        for _n in range(4):
            with pytest.raises(SignInRefused):
                enter(people, password="wrong one here")
        enter(people)


def wait_over(world: World) -> None:
    table = world.composed.info("base.login_attempt").table
    world.session.execute(
        table.update().values(blocked_until=NOW - timedelta(seconds=1)), execution_options=TRUSTED
    )


def test_pauses_grow_and_end(people: World) -> None:
    counter = account_counter("bob")
    pauses = []
    for attempt in range(12):
        count_attempt(people.session, [counter])
        if attempt >= 4:
            with pytest.raises(TooManyAttempts) as told:
                count_attempt(people.session, [counter])
            pauses.append(told.value.seconds)
            wait_over(people)
    assert pauses == [30, 60, 120, 240, 480, 900, 900, 900]


def test_old_failures_are_forgotten(people: World) -> None:
    counter = account_counter("bob")
    for _n in range(5):
        count_attempt(people.session, [counter])
    table = people.composed.info("base.login_attempt").table
    old = datetime.now(UTC) - timedelta(hours=7)
    people.session.execute(table.update().values(last_at=old, blocked_until=old), execution_options=TRUSTED)
    for _n in range(5):
        count_attempt(people.session, [counter])


def test_guessing_at_many_accounts_from_one_place_is_stopped(people: World) -> None:
    for number in range(30):
        count_attempt(people.session, [account_counter(f"user{number}"), address_counter(ELSEWHERE)])
    with pytest.raises(TooManyAttempts):
        count_attempt(people.session, [account_counter("user99"), address_counter(ELSEWHERE)])
    count_attempt(people.session, [account_counter("user98"), address_counter("203.0.113.10")])


def test_an_own_account_does_not_wash_an_address_clean(people: World) -> None:
    for number in range(29):
        count_attempt(people.session, [account_counter(f"user{number}"), address_counter(ELSEWHERE)])
    assert enter(people).user_id
    count_attempt(people.session, [account_counter("user30"), address_counter(ELSEWHERE)])
    with pytest.raises(TooManyAttempts):
        enter(people)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True), ("10.0.0.1", "10.0.0.2", False), (None, "rubbish", True),
    ],
)  # fmt: skip
def test_which_addresses_count_together(one: str | None, other: str, same: bool) -> None:
    assert (address_counter(one) == address_counter(other)) is same


@pytest.fixture
def committed(database: ScratchDatabase, people: World) -> Iterator[Session]:
    """A session that really commits, for what has to outlive a rollback."""
    with session_factory(database.app)() as session:
        yield session
        table = people.composed.info("base.login_attempt").table
        session.rollback()
        session.execute(table.delete(), execution_options=TRUSTED)
        session.commit()


def test_a_failure_outlives_the_rollback_of_its_request(committed: Session) -> None:
    for _n in range(5):
        with pytest.raises(SignInRefused):
            sign_in(committed, "ghost", "wrong one here", address=ELSEWHERE)
        committed.rollback()
    with pytest.raises(TooManyAttempts):
        sign_in(committed, "ghost", "wrong one here", address=ELSEWHERE)


def test_a_link_sets_the_password_once_and_ends_all_sessions(people: World) -> None:
    signed_in = enter(people)
    first = one_time_link(people.session, people.ids["bob"], INVITE)
    link = one_time_link(people.session, people.ids["bob"])
    with pytest.raises(LinkExpired):
        user_of_link(people.session, first)
    assert user_of_link(people.session, link).login == "bob"
    with pytest.raises(ValidationFailed) as told:
        redeem(people.session, link, "password12")
    assert list(told.value.problems) == ["password"]
    assert redeem(people.session, link, "a wholly different sentence") == people.ids["bob"]
    assert open_request(people.session, hash_token(signed_in.token)) is None
    for dead in (link, first, "guess", ""):
        with pytest.raises(LinkExpired):
            redeem(people.session, dead, "a wholly different sentence")
    with pytest.raises(SignInRefused):
        enter(people)
    assert enter(people, password="a wholly different sentence").user_id == people.ids["bob"]


def test_a_link_expires_and_dies_with_the_account(people: World) -> None:
    link = one_time_link(people.session, people.ids["bob"])
    table = people.composed.info("base.one_time_token").table
    kept = row(people, "base.one_time_token", table.c.token_hash == hash_token(link))
    assert timedelta(minutes=59) < kept.expires - datetime.now(UTC) <= timedelta(hours=1)
    assert link not in str(kept)
    people.session.execute(
        table.update().values(expires=NOW - timedelta(seconds=1)), execution_options=TRUSTED
    )
    with pytest.raises(LinkExpired):
        redeem(people.session, link, "a wholly different sentence")
    link = one_time_link(people.session, people.ids["bob"])
    people.change("base.user", "bob", blocked=True)
    with pytest.raises(LinkExpired):
        redeem(people.session, link, "a wholly different sentence")
    with pytest.raises(ValueError):
        one_time_link(people.session, people.ids["bob"], "gift")


def test_changing_the_own_password(people: World) -> None:
    here, there = enter(people), enter(people)
    found = open_request(people.session, hash_token(here.token))
    assert found is not None
    env = people.env("bob")
    for old, new, field in (("wrong one here", "a wholly different sentence", "old"), (PASSWORD, PASSWORD, "new"),
                            (PASSWORD, "short", "new"), (PASSWORD, "bob and his bike", "new")):  # fmt: skip
        with pytest.raises(ValidationFailed) as told:
            change_password(env, old, new)
        assert list(told.value.problems) == [field]
    link = one_time_link(people.session, people.ids["bob"])
    change_password(env, PASSWORD, "a wholly different sentence", session_id=found.session_id)
    assert open_request(people.session, hash_token(here.token)) is not None
    assert open_request(people.session, hash_token(there.token)) is None
    with pytest.raises(LinkExpired):
        user_of_link(people.session, link)


def test_a_password_set_by_an_administrator_has_to_be_changed(people: World) -> None:
    set_password(people.env("max"), people.ids["bob"], "for the first day only")
    found = enter(people, password="for the first day only")
    assert found.must_change_password
    identity = open_request(people.session, hash_token(found.token))
    assert identity is not None and identity.must_change_password
    change_password(people.env("bob"), "for the first day only", PASSWORD)
    assert not enter(people).must_change_password


@pytest.mark.parametrize(("who", "whom"), [("ann", "bob"), ("bob", "bob"), ("max", "eve"), ("eve", "bob")])
def test_only_who_keeps_the_account_sets_its_password(people: World, who: str, whom: str) -> None:
    env = people.env(who)
    with pytest.raises((AccessDenied, NotFound)):
        set_password(env, people.ids[whom], "for the first day only")
    with pytest.raises((AccessDenied, NotFound)):
        link_for(env, people.ids[whom])


def test_an_administrator_makes_a_link_for_a_new_account(people: World) -> None:
    boss = people.env("max")
    made = boss.create(User, name="New person", login="new")
    link = link_for(boss, made.id, INVITE)
    assert redeem(people.session, link, "a wholly different sentence") == made.id
    with pytest.raises(NoCompany):
        enter(people, "new", "a wholly different sentence")


def test_the_audit_tells_of_the_change_and_not_of_the_password(people: World) -> None:
    change_password(people.env("bob"), PASSWORD, "a wholly different sentence")
    wanted = select(audit).where(audit.c.model == "base.user", audit.c.record_id == people.ids["bob"])
    entry = people.session.execute(wanted, execution_options=TRUSTED).one()
    assert entry.user_id == people.ids["bob"] and entry.reason
    assert set(entry.changes) == {"password_hash"}
    assert "argon2" not in str(entry)
