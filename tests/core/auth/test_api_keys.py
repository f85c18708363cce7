"""Keys by which programs work: what opens, what does not, and how far it reaches."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from core.auth.api_keys import LIKE_A_SECRET, SECRET, START, new_secret, open_with_key
from core.auth.api_keys_kept import MOST, MOST_DAYS, end_leaked, make_key, own_keys, revoke_own
from core.auth.environment import make_env
from core.auth.identity import Identity
from core.auth.models import ApiKey, Company, Department, RoleRow, Session, User
from core.auth.models.api_key import READ, WRITE
from core.auth.tokens import hash_token
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.lifecycle.accounts import sign_out_everywhere
from core.orm.audit_tables import audit
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.trust import TRUSTED
from core.testing.statements import gathered
from tests.core.auth import toys
from tests.core.auth.conftest import World, titles

HERE, ELSEWHERE = "127.0.0.1", "203.0.113.9"


@pytest.fixture
def keepers(office: World) -> World:
    """Max is administrator; Bob gets the right by a role of the company."""
    office.add("base.role_right", "right", company_id=office.ids["A"], role_id=office.role("toy_deals.seller"),
               model="base.api_key", action="use_api", level="rule")  # fmt: skip
    return office


def key_of(world: World, name: str, scope: str = WRITE, models: tuple[str, ...] = (), days: int = 30) -> str:
    with use_env(world.env(name, "A")) as env:
        return make_key(env, f"key of {name}", scope, models, days).secret


def enter(world: World, secret: str, address: str | None = ELSEWHERE) -> Identity | None:
    return open_with_key(world.session, secret, address=address)


def env_of(world: World, secret: str) -> Env:
    found = enter(world, secret)
    assert found is not None
    return make_env(world.session, found, "api", language="en")


def run(world: World, sql: str) -> Any:
    """SQL past the Env, as the application's role within the wall that stands."""
    return world.session.execute(text(sql), execution_options=TRUSTED)


def change_key(world: World, **values: Any) -> None:
    """All keys, past the Env."""
    world.open(world.ids["A"], world.ids["B"])
    table = world.composed.info(ApiKey).table
    world.session.execute(update(table).values(values), execution_options=TRUSTED)


def test_a_key_opens_the_company_that_it_was_made_in(keepers: World) -> None:
    keepers.user("bob", "B", "toy_deals.boss")
    secret = key_of(keepers, "bob")
    found = enter(keepers, secret)
    assert found is not None and found.key is not None
    assert (found.user_id, found.company_id) == (keepers.ids["bob"], keepers.ids["A"])
    assert found.companies == ((keepers.ids["A"], "A"),)
    assert (found.key.name, found.key.scope, found.key.models) == ("key of bob", WRITE, ())
    assert found.key.start == secret[:START]


def test_a_key_of_a_company_that_was_left_opens_no_other(keepers: World) -> None:
    keepers.user("bob", "B", "toy_deals.boss", "base.admin")
    secret = key_of(keepers, "bob")
    held = keepers.composed.info("base.user_role").table
    gone = held.delete().where(held.c.user_id == keepers.ids["bob"], held.c.company_id == keepers.ids["A"])
    keepers.session.execute(gone, execution_options=TRUSTED)
    assert enter(keepers, secret) is None


def test_a_key_costs_one_statement(keepers: World) -> None:
    secret = key_of(keepers, "bob")
    assert enter(keepers, secret) is not None
    with gathered(keepers.session.connection()) as asked:
        assert enter(keepers, secret) is not None
    assert len(asked) == 1, asked


@pytest.mark.parametrize(
    "values",
    [{"revoked_at": text("now()")}, {"expires": text("now() - interval '1 second'")}, {"deleted_at": text("now()")}],
    ids=["revoked", "expired", "deleted"],
)  # fmt: skip
def test_dead_keys_open_nothing(keepers: World, values: dict[str, Any]) -> None:
    secret = key_of(keepers, "bob")
    assert enter(keepers, secret) is not None
    change_key(keepers, **values)
    assert enter(keepers, secret) is None
    assert run(keepers, "select id from base.api_key").all() == []  # the wall is shut


@pytest.mark.parametrize(
    "secret", ["", "ky_", "x" * 46, "ky_" + "é" * 43, "ky_" + "a" * 43, "ky_" + "a" * 4000]
)
def test_what_is_no_key_opens_nothing(keepers: World, secret: str) -> None:
    key_of(keepers, "bob")
    assert enter(keepers, secret) is None


@pytest.mark.parametrize(
    "values", [{"blocked": True}, {"must_change_password": True}, {"deleted_at": text("now()")}]
)
def test_a_key_is_as_good_as_its_user(keepers: World, values: dict[str, Any]) -> None:
    secret = key_of(keepers, "bob")
    keepers.change("base.user", "bob", **values)
    assert enter(keepers, secret) is None


def test_who_has_left_the_company_has_left_it_with_the_keys(keepers: World) -> None:
    secret = key_of(keepers, "bob")
    keepers.open(keepers.ids["A"])
    keepers.change("base.employee", "e:bob", status="left")
    assert enter(keepers, secret) is None


def test_without_the_right_there_are_no_keys_and_those_there_are_die(keepers: World) -> None:
    secret = key_of(keepers, "bob")
    keepers.open(keepers.ids["A"])
    keepers.change("base.role_right", "right", level="none")
    assert enter(keepers, secret) is None
    with use_env(keepers.env("bob", "A")) as env, pytest.raises(AccessDenied):
        make_key(env, "another", READ, (), 30)


def test_who_has_to_set_up_a_second_factor_first_works_by_no_key(keepers: World) -> None:
    secret = key_of(keepers, "bob")
    asked = keepers.composed.info(Company).link_tables["second_factor_roles"]
    keepers.session.execute(
        asked.insert().values(left_id=keepers.ids["A"], right_id=keepers.role("base.user")), execution_options=TRUSTED
    )  # fmt: skip
    assert enter(keepers, secret) is None
    keepers.change("base.user", "bob", second_factor=True)
    assert enter(keepers, secret) is not None


def test_keys_of_demonstration_accounts_work_on_this_machine_only(keepers: World) -> None:
    secret = key_of(keepers, "bob")
    keepers.change("base.user", "bob", is_demo=True)
    assert enter(keepers, secret, ELSEWHERE) is None and enter(keepers, secret, None) is None
    assert enter(keepers, secret, HERE) is not None
    keepers.change("base.user", "bob", password_hash="of its own")
    assert enter(keepers, secret, ELSEWHERE) is not None


def test_a_blocked_user_s_keys_do_not_come_back(keepers: World) -> None:
    secret = key_of(keepers, "bob")
    with use_env(keepers.env("max", "A")) as env:
        user = env.get(User, keepers.ids["bob"])
        env.write(user, blocked=True)
        env.write(user, blocked=False)
        (key,) = env.search(ApiKey)
        assert key.revoked_at is not None and key.revoked_by_id == keepers.ids["max"]
    assert enter(keepers, secret) is None


def test_who_is_blocked_or_signed_out_everywhere_loses_the_keys_of_every_company(keepers: World) -> None:
    keepers.user("bob", "B", "base.admin")
    for by in ("block", "end all sessions"):
        secrets = []
        for company in ("A", "B"):
            with use_env(keepers.env("bob", company)) as env:
                secrets.append(make_key(env, f"in {company}", READ, (), 30).secret)
        with use_env(keepers.env("max", "A")) as env:
            user = env.sudo("test").get(User, keepers.ids["bob"])
            if by == "block":
                env.sudo("test").write(user, blocked=True)
                env.sudo("test").write(user, blocked=False)
            else:
                sign_out_everywhere(env, user)
            assert env.search(ApiKey, ApiKey.revoked_at.is_(None)) == []
            assert len(env.search(ApiKey)) == (1 if by == "block" else 2)  # the wall of A stands again
        assert [enter(keepers, secret) for secret in secrets] == [None, None]
    keepers.open(keepers.ids["A"], keepers.ids["B"])
    told = run(
        keepers, "select company_id, count(*) from core.audit where model = 'base.api_key' and operation = 'write'"
        " group by 1 order by 1",
    ).all()  # fmt: skip
    assert [tuple(row) for row in told] == [(keepers.ids["A"], 2), (keepers.ids["B"], 2)]


class TestReading:
    """A key that only reads, however it is called."""

    def test_nothing_is_written_by_the_policy(self, keepers: World) -> None:
        own, env = keepers.env("bob", "A"), env_of(keepers, key_of(keepers, "bob", READ))
        assert own.can("update", toys.Deal) and not env.can("update", toys.Deal)
        with use_env(env):
            deal = env.search(toys.Deal)[0]
            for attempt in (
                lambda: env.create(toys.Deal, title="new"),
                lambda: env.write(deal, title="other"),
                lambda: env.delete(deal),
            ):
                with pytest.raises(AccessDenied):
                    attempt()
                env.session.expire_all()

    def test_nothing_is_run_either_whatever_right_a_step_asks_for(self, keepers: World) -> None:
        info = keepers.composed.info(Session)
        step = info.methods["end"]
        assert step.right == "read"
        for scope, models, runs in ((READ, (), False), (READ, ("base.session",), False), (WRITE, (), False),
                                    (WRITE, ("base.session",), True)):  # fmt: skip
            env = env_of(keepers, key_of(keepers, "bob", scope, models))
            assert env.policy.allowed(info, "read") and env.policy.offers(info, step) is runs
            with use_env(env), pytest.raises(NotFound if runs else AccessDenied):
                env.run(step, [Session(id=1)])

    def test_the_wall_lets_nothing_in_with_the_policy_out_of_the_way(self, keepers: World) -> None:
        env = env_of(keepers, key_of(keepers, "bob", READ))
        changed = run(keepers, "update toy_deals.deal set title = 'x'")
        assert changed.rowcount == 0
        company = keepers.ids["A"]
        with pytest.raises(DBAPIError, match="row-level security"), env.session.begin_nested():
            run(keepers, f"insert into toy_deals.deal (company_id, title) values ({company}, 'x')")
        assert titles(env)  # it still reads

    def test_it_reads_what_its_user_reads(self, keepers: World) -> None:
        assert titles(env_of(keepers, key_of(keepers, "bob", READ))) == titles(keepers.env("bob", "A"))

    def test_kept_answers_are_not_shared_with_the_user(self, keepers: World) -> None:
        secret = key_of(keepers, "bob", READ)
        assert titles(keepers.env("bob", "A"), "update")
        assert titles(env_of(keepers, secret), "update") == set()
        assert titles(keepers.env("bob", "A"), "update")


class TestRecordTypes:
    """A key for some record types."""

    def test_others_are_refused(self, keepers: World) -> None:
        env = env_of(keepers, key_of(keepers, "max", WRITE, ("toy_deals.deal",)))
        assert env.can("update", toys.Deal)
        for model in (toys.DealMember, toys.Desk, ApiKey):
            assert not env.can("read", model)
        assert not env.can("create", RoleRow)
        assert env.search(ApiKey) == [] and len(keepers.env("max", "A").search(ApiKey)) == 1

    def test_of_what_else_a_record_refers_to_there_is_no_name(self, keepers: World) -> None:
        deal = keepers.ids["free deal"]
        env = env_of(keepers, key_of(keepers, "max", READ, ("base.employee",)))
        assert env.labels(toys.Deal, [deal]) == {}
        assert set(keepers.env("max", "A").labels(toys.Deal, [deal])) == {deal}

    def test_of_people_and_departments_names_alone_are_read(self, keepers: World) -> None:
        env = env_of(keepers, key_of(keepers, "max", WRITE, ("toy_deals.deal",)))
        assert "ann" in env.labels(User, [keepers.ids["ann"]]).values()
        assert env.policy.readable(env.info(User)) == {"id", "name"}
        assert {one.name for one in env.search(Department)} == {"sales", "north", "service"}
        assert not env.can("update", User) and not env.can("act_for", User)

    def test_parts_come_with_what_they_are_part_of(self, keepers: World) -> None:
        for info in keepers.composed.models.values():
            if info.whole is not None:
                env = env_of(keepers, key_of(keepers, "max", WRITE, (info.whole.key,)))
                assert env.policy.allowed(info, "read") is env.policy.allowed(info.whole, "read")

    def test_accounts_and_rights_are_not_changed_by_a_key_that_does_not_name_them(
        self, keepers: World
    ) -> None:
        own = keepers.env("max", "A")
        env = env_of(keepers, key_of(keepers, "max"))
        named = env_of(keepers, key_of(keepers, "max", WRITE, ("base.user",)))
        assert own.can("create", User) and own.can("create", RoleRow) and own.can("act_for", User)
        assert not env.can("create", User) and not env.can("create", RoleRow) and env.can("read", User)
        assert named.can("create", User) and not named.can("create", RoleRow)
        assert not env.can("act_for", User) and not named.can("act_for", User)


class TestMaking:
    """What can be made, and what is kept of it."""

    def test_the_secret_is_shown_once_and_not_kept(self, keepers: World) -> None:
        secret = key_of(keepers, "bob", READ, ("toy_deals.deal",))
        assert SECRET.fullmatch(secret)
        keepers.open(keepers.ids["A"])
        row = run(keepers, "select * from base.api_key").one()
        assert row.token_hash == hash_token(secret) and secret not in str(row)
        said = keepers.session.execute(
            audit.select().where(audit.c.model == "base.api_key"), execution_options=TRUSTED
        ).one()
        assert secret not in str(said) and hash_token(secret) not in str(said)
        assert said.operation == "create" and said.user_id == keepers.ids["bob"]
        assert not LIKE_A_SECRET.search(row.start)

    def test_nobody_reads_the_digest(self, keepers: World) -> None:
        key_of(keepers, "max")
        env = keepers.env("max", "A")
        assert "token_hash" not in env.policy.readable(env.info(ApiKey))
        assert (
            not env.can("create", ApiKey) and not env.can("update", ApiKey) and not env.can("delete", ApiKey)
        )

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("name", {"name": "  "}), ("name", {"name": "x" * 101}), ("scope", {"scope": "all"}),
            ("models", {"models": ["toy_deals.nothing"]}), ("models", {"models": ["base.totp"]}),
            ("days", {"days": 0}), ("days", {"days": MOST_DAYS + 1}),
        ],
    )  # fmt: skip
    def test_bad_wishes_are_refused_at_their_field(
        self, keepers: World, field: str, values: dict[str, Any]
    ) -> None:
        wish: dict[str, Any] = {"name": "good", "scope": READ, "models": [], "days": 30, **values}
        with use_env(keepers.env("bob", "A")) as env, pytest.raises(ValidationFailed) as refused:
            make_key(env, **wish)
        assert set(refused.value.problems) == {field}

    def test_there_is_an_end_to_how_many(self, keepers: World) -> None:
        with use_env(keepers.env("bob", "A")) as env:
            for _number in range(MOST):
                make_key(env, "one of many", READ, (), 1)
            with pytest.raises(ValidationFailed):
                make_key(env, "one too many", READ, (), 1)
            assert revoke_own(env) == MOST
            make_key(env, "after the end of the others", READ, (), 1)

    def test_no_key_is_made_by_a_key(self, keepers: World) -> None:
        with use_env(env_of(keepers, key_of(keepers, "max"))) as env, pytest.raises(AccessDenied):
            make_key(env, "child", READ, (), 30)

    def test_each_ends_the_own_ones_and_administrators_see_all(self, keepers: World) -> None:
        of_bob, of_cid = key_of(keepers, "bob"), key_of(keepers, "cid")
        with use_env(keepers.env("cid", "A")) as env:
            (mine,) = own_keys(env)
            assert len(env.search(ApiKey)) == 1
            with pytest.raises(NotFound):
                revoke_own(env, mine.id - 1)
            assert revoke_own(env, mine.id) == 1
        assert enter(keepers, of_cid) is None and enter(keepers, of_bob) is not None
        assert len(keepers.env("max", "A").search(ApiKey)) == 2
        assert keepers.env("eve", "B").search(ApiKey) == []


def test_the_first_use_in_a_minute_is_written_down(keepers: World) -> None:
    secret = key_of(keepers, "bob", READ)

    def used() -> Any:
        keepers.open(keepers.ids["A"])
        return run(keepers, "select last_used, last_address, version from base.api_key").one()

    enter(keepers, secret)
    first = used()
    assert first.last_address == ELSEWHERE and first.version == 1
    enter(keepers, secret)
    assert used() == first
    enter(keepers, secret, "198.51.100.1")
    assert used().last_address == "198.51.100.1"


def test_a_key_that_was_sent_in_an_address_is_ended_and_its_user_told(keepers: World) -> None:
    secret = key_of(keepers, "bob", READ)
    assert end_leaked(keepers.session, new_secret(), request_id="r1") is None
    assert end_leaked(keepers.session, secret, request_id="r1") is not None
    assert end_leaked(keepers.session, secret, request_id="r1") is None
    assert enter(keepers, secret) is None
    keepers.open(keepers.ids["A"])
    (notice,) = run(keepers, "select user_id, text from base.notice").all()
    assert notice.user_id == keepers.ids["bob"] and secret not in str(notice)
