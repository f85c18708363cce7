"""Working in somebody's name: who may, for whom, for how long, and what the audit says of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.auth.acting import act_for, acted_for, end_acting, enter_company, exceeds, still_acts, work_as
from core.auth.another import identity_of_another
from core.auth.environment import make_env
from core.auth.identity import Identity, open_request
from core.auth.models import User, UserRole
from core.auth.sessions import end_all_sessions, start_session
from core.auth.tokens import hash_token
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.orm.audit_tables import audit
from core.orm.engine import scope_of
from core.orm.env import Env
from core.orm.session import ENV_KEY
from core.orm.trust import TRUSTED
from tests.core.auth.conftest import World, titles

REASON = "on holiday until Monday"


@pytest.fixture
def keeper(office: World) -> World:
    """Kim is the administrator of A, Sam the system administrator; Eve is the administrator of B."""
    office.user("kim", "A", "base.admin")
    office.user("sam", "A", "base.system")
    return office


def opened(world: World, token: str) -> Identity | None:
    return open_request(world.session, hash_token(token))


def as_caller(world: World, token: str) -> tuple[Env, Identity]:
    found = opened(world, token)
    assert found is not None
    world.session.info.pop(ENV_KEY, None)
    return make_env(world.session, found, "page", language="en"), found


def begin(world: World, name: str, other: str, company: str = "A") -> tuple[str, str]:
    """The token before, and the one after."""
    before = start_session(world.session, world.ids[name], company_id=world.ids[company], agent="browser")
    env, caller = as_caller(world, before)
    return before, act_for(env, caller.session_id or 0, world.ids[other], REASON)


def entries(world: World, **where: Any) -> list[Any]:
    found = (
        select(audit).where(*(audit.c[name] == value for name, value in where.items())).order_by(audit.c.id)
    )
    return list(world.session.execute(found, execution_options=TRUSTED))


def test_one_has_exactly_the_other_s_rights_under_a_new_token(keeper: World) -> None:
    before, token = begin(keeper, "kim", "bob")
    assert before != token
    assert opened(keeper, before) is None, "the session before is over"
    env, caller = as_caller(keeper, token)
    assert (caller.user_id, caller.real_user_id, caller.real_user_name) == (
        keeper.ids["bob"],
        keeper.ids["kim"],
        "kim",
    )
    assert caller.is_acting and caller.roles == {"base.user", "toy_deals.seller"}
    assert titles(env) == titles(keeper.env("bob")) != titles(keeper.env("kim"))


def test_both_stand_in_the_audit_and_the_other_is_told(keeper: World) -> None:
    _before, token = begin(keeper, "kim", "bob")
    env, _caller = as_caller(keeper, token)
    deal = env.create("toy_deals.deal", title="in the name of bob")
    (made,) = entries(keeper, model="toy_deals.deal", record_id=deal.id)
    assert (made.user_id, made.real_user_id) == (keeper.ids["bob"], keeper.ids["kim"])
    (begun,) = entries(keeper, model="base.user", record_id=keeper.ids["bob"], operation="act_for")
    assert (begun.user_id, begun.reason) == (keeper.ids["kim"], REASON)
    table = keeper.composed.info("base.notice").table
    told = keeper.session.execute(select(table.c.user_id, table.c.text), execution_options=TRUSTED).all()
    assert [(row.user_id, row.text["args"]["reason"]) for row in told] == [(keeper.ids["bob"], REASON)]


def test_it_ends_with_one_step_back_to_oneself(keeper: World) -> None:
    _before, token = begin(keeper, "kim", "bob")
    env, caller = as_caller(keeper, token)
    own = end_acting(env, caller.session_id or 0)
    assert opened(keeper, token) is None
    found = opened(keeper, own)
    assert found is not None and not found.is_acting and found.user_id == keeper.ids["kim"]
    with pytest.raises(NotFound):
        end_acting(as_caller(keeper, own)[0], 1)


def test_a_reason_is_needed(keeper: World) -> None:
    token = start_session(keeper.session, keeper.ids["kim"], company_id=keeper.ids["A"])
    env, caller = as_caller(keeper, token)
    with pytest.raises(ValidationFailed):
        act_for(env, caller.session_id or 0, keeper.ids["bob"], "  ")


@pytest.mark.parametrize(
    ("name", "other", "refusal"),
    [
        ("kim", "sam", AccessDenied),  # no company administrator for the system administrator
        ("kim", "eve", NotFound),  # nobody of another company
        ("kim", "kim", AccessDenied),  # not oneself
        ("bob", "cid", AccessDenied),  # not without the right, though cid reports to bob
        ("ann", "kim", AccessDenied),
    ],
)
def test_nobody_acts_for_somebody_out_of_reach(
    keeper: World, name: str, other: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        begin(keeper, name, other)


def test_a_system_administrator_may_act_for_a_company_administrator(keeper: World) -> None:
    keeper.give("sam", "A", "base.admin")
    begin(keeper, "sam", "kim")


@pytest.mark.parametrize("how", ["blocked", "left"])
def test_whoever_may_not_work_cannot_be_acted_for(keeper: World, how: str) -> None:
    if how == "blocked":
        keeper.change("base.user", "bob", blocked=True)
    else:
        keeper.change("base.employee", "e:bob", status="left")
    with pytest.raises(NotFound):
        begin(keeper, "kim", "bob")
    env = keeper.env("kim")
    user = env.info(User).cls
    offered = set(env.session.scalars(select(user.id).where(acted_for(env)), execution_options=TRUSTED))
    assert keeper.ids["bob"] not in offered and keeper.ids["cid"] in offered


def test_nobody_acts_for_a_third_through_a_second(keeper: World) -> None:
    keeper.user("lea", "A", "base.admin")
    _before, token = begin(keeper, "kim", "lea")
    env, caller = as_caller(keeper, token)
    with pytest.raises(NotFound):
        act_for(env, caller.session_id or 0, keeper.ids["bob"], REASON)


def test_it_is_bound_to_the_company_in_which_it_was_begun(keeper: World) -> None:
    keeper.user("bob", "B")
    _before, token = begin(keeper, "kim", "bob")
    env, caller = as_caller(keeper, token)
    assert caller.companies == ((keeper.ids["A"], "A"),) and env.companies == (keeper.ids["A"],)
    with pytest.raises(AccessDenied):
        enter_company(env, caller, keeper.ids["B"])
    asked = open_request(keeper.session, hash_token(token), keeper.ids["B"])
    assert asked is None, "nor by asking for it"
    keeper.change("base.user_role", "bob:A:base.user", deleted_at=env.now)
    keeper.change("base.user_role", "bob:A:toy_deals.seller", deleted_at=env.now)
    assert opened(keeper, token) is None, "the other works there no more"


def test_it_is_over_as_soon_as_either_loses_what_it_rests_on(keeper: World) -> None:
    _before, token = begin(keeper, "kim", "bob")
    caller = opened(keeper, token)
    assert caller is not None and still_acts(keeper.session, caller)
    wall = scope_of(keeper.session)
    assert wall is not None and wall.read == (keeper.ids["A"],), "the wall of the caller stands again"
    keeper.give("bob", "A", "base.system")
    caller = opened(keeper, token)
    assert caller is not None and not still_acts(keeper.session, caller), "bob may do more than kim now"
    keeper.change("base.user_role", "bob:A:base.system", deleted_at=keeper.env("kim").now)
    caller = opened(keeper, token)
    assert caller is not None and still_acts(keeper.session, caller)
    keeper.change("base.user_role", "kim:A:base.admin", deleted_at=keeper.env("kim").now)
    caller = opened(keeper, token)
    assert caller is not None and not still_acts(keeper.session, caller), "kim has lost the right"


def test_blocking_the_real_user_ends_it(keeper: World) -> None:
    _before, token = begin(keeper, "kim", "bob")
    end_all_sessions(keeper.session, keeper.ids["kim"])
    assert opened(keeper, token) is None


def test_accounts_and_roles_are_not_changed_in_a_borrowed_name(keeper: World) -> None:
    keeper.user("lea", "A", "base.admin")
    _before, token = begin(keeper, "kim", "lea")
    env, _caller = as_caller(keeper, token)
    account: Any = env.get(User, keeper.ids["cid"])
    with pytest.raises(AccessDenied):
        env.write(account, blocked=True)
    held: Any = env.first(UserRole, UserRole.user == keeper.ids["cid"])
    with pytest.raises(AccessDenied):
        env.delete(held)
    with pytest.raises(AccessDenied):
        env.create(UserRole, user=keeper.ids["cid"], role=held.role_id)


def test_more_power_over_the_product_is_what_counts(keeper: World) -> None:
    company = keeper.ids["A"]
    bob, kim, sam, ann = (identity_of_another(keeper.session, keeper.ids[name], company) for name in
                          ("bob", "kim", "sam", "ann"))  # fmt: skip
    assert bob is not None and kim is not None and sam is not None and ann is not None
    assert not exceeds(bob, ann) and not exceeds(ann, bob), "selling more is no power over the product"
    assert exceeds(kim, bob) and not exceeds(bob, kim)
    assert exceeds(sam, kim) and exceeds(kim, sam), "the one keeps departments, the other companies"


class TestRoles:
    """Several roles: all of them at once, or one."""

    @pytest.fixture
    def token(self, office: World) -> str:
        office.give("bob", "A", "toy_deals.boss")
        return start_session(office.session, office.ids["bob"], company_id=office.ids["A"], agent="browser")

    def test_one_role_alone(self, office: World, token: str) -> None:
        env, caller = as_caller(office, token)
        assert caller.roles == {"base.user", "toy_deals.seller", "toy_deals.boss"}
        assert titles(env) >= {"ann", "bob", "cid", "dan"}
        assert [role.code for role in caller.held_roles] == [
            "base.user",
            "toy_deals.boss",
            "toy_deals.seller",
        ]
        seller = next(role.id for role in caller.held_roles if role.code == "toy_deals.seller")
        next_token = work_as(env, caller, seller)
        assert opened(office, token) is None, "another identity, another token"
        env, caller = as_caller(office, next_token)
        assert caller.roles == {"base.user", "toy_deals.seller"} and caller.working_role_id == seller
        assert "margin" not in env.policy.readable(env.info("toy_deals.deal")), "fields follow as well"
        assert titles(env) == {"bob", "cid", "free deal"}
        assert len(caller.held_roles) == 3, "so that the way back is offered"
        env, caller = as_caller(office, work_as(env, caller, None))
        assert caller.roles == {"base.user", "toy_deals.seller", "toy_deals.boss"}

    def test_no_role_that_is_not_held(self, office: World, token: str) -> None:
        env, caller = as_caller(office, token)
        table = office.composed.info("base.role").table
        admin = office.session.scalars(
            select(table.c.id).where(table.c.code == "base.admin"), execution_options=TRUSTED
        ).one()
        with pytest.raises(AccessDenied):
            work_as(env, caller, admin)

    def test_a_role_that_is_taken_away_leaves_none(self, office: World, token: str) -> None:
        env, caller = as_caller(office, token)
        boss = next(role.id for role in caller.held_roles if role.code == "toy_deals.boss")
        token = work_as(env, caller, boss)
        office.change("base.user_role", "bob:A:toy_deals.boss", deleted_at=env.now)
        found = opened(office, token)
        assert found is not None and found.roles == {"base.user"}

    def test_what_the_database_decides_follows_the_role(self, office: World) -> None:
        office.user("sam", "A", "base.system", "toy_deals.head")
        office.post("sam", "A", department="north")
        token = start_session(office.session, office.ids["sam"], company_id=office.ids["A"])
        env, caller = as_caller(office, token)
        assert caller.may_write_shared and caller.members
        ids = {role.code: role.id for role in caller.held_roles}
        token = work_as(env, caller, ids["toy_deals.head"])
        env, caller = as_caller(office, token)
        assert not caller.may_write_shared and caller.members
        wall = scope_of(office.session)
        assert wall is not None and wall.write == (office.ids["A"],), "rows of all companies are out of reach"
        _env, caller = as_caller(office, work_as(env, caller, ids["base.system"]))
        assert caller.may_write_shared and not caller.members

    def test_another_company_is_another_token_too(self, office: World, token: str) -> None:
        office.user("bob", "B")
        env, caller = as_caller(office, token)
        boss = next(role.id for role in caller.held_roles if role.code == "toy_deals.boss")
        env, caller = as_caller(office, work_as(env, caller, boss))
        there = enter_company(env, caller, office.ids["B"])
        _env, caller = as_caller(office, there)
        assert (caller.company_id, caller.roles, caller.working_role_id) == (
            office.ids["B"],
            {"base.user"},
            None,
        )
