"""The roles of the kernel, and who may do what with its own models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, and_, exists, or_, select

from core.auth.grants import BY_RULE, WRITE_SHARED, Role, grant, record_rule
from core.auth.models import (
    ApiKey,
    Company,
    CompanyAddon,
    CurrencyRate,
    Department,
    Employee,
    ExternalKey,
    LoginAttempt,
    Notice,
    Numbering,
    OneTimeToken,
    Option,
    Passkey,
    RecoveryCode,
    RoleRow,
    Session,
    Setting,
    SignInStep,
    Totp,
    User,
    UserRole,
)
from core.i18n import _
from core.orm.bulk import among
from core.orm.compose import composition
from core.orm.erasing import ERASE
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.orm.env import Env

USER: Final = Role("base.user", _("Employee"))
"""Held by everybody who works in a company; the row in `base.user_role` is what lets them in."""

ADMIN: Final = Role("base.admin", _("Company administrator"))
"""Organisation, accounts, roles, lists and numbering of one company."""

SYSTEM: Final = Role("base.system", _("System administrator"))
"""Companies, addons and whatever the whole deployment shares."""

AUDIT: Final = "audit"
"""The right to see who did what in the company, operation by operation; values of records need the rights on these."""

_EVERYTHING: Final = "read create update delete export import print"

grants = [
    grant(USER, Company, "read", rows=BY_RULE),
    grant(USER, User, "read update", rows=BY_RULE),
    grant(USER, Department, "read"),
    grant(USER, Employee, "read"),
    grant(USER, RoleRow, "read", rows=BY_RULE),
    grant(USER, Option, "read"),
    grant(USER, CurrencyRate, "read"),
    grant(USER, Setting, "read"),
    grant(USER, Notice, "read update", rows=BY_RULE),
    grant(USER, Session, "read", rows=BY_RULE),
    grant(USER, Passkey, "read", rows=BY_RULE),
    grant(USER, ApiKey, "read", rows=BY_RULE),
    grant(ADMIN, Company, "read update", rows=BY_RULE),
    grant(ADMIN, Company, AUDIT, rows=BY_RULE),
    grant(ADMIN, User, "create import"),
    grant(ADMIN, User, "read update export print act_for", rows=BY_RULE),
    grant(ADMIN, UserRole, "read create delete export import print", rows=BY_RULE),
    grant(ADMIN, Department, _EVERYTHING),
    grant(ADMIN, Employee, f"{_EVERYTHING} {ERASE}"),
    grant(ADMIN, Option, _EVERYTHING),
    grant(ADMIN, CurrencyRate, _EVERYTHING),
    grant(ADMIN, Numbering, "read update export print"),
    grant(ADMIN, Setting, "read create update delete"),
    grant(ADMIN, ExternalKey, _EVERYTHING),
    grant(ADMIN, CompanyAddon, "read", rows=BY_RULE),
    grant(ADMIN, Session, "read", rows=BY_RULE),
    grant(ADMIN, ApiKey, "read use_api"),
    grant(SYSTEM, Company, f"{_EVERYTHING} {AUDIT}"),
    grant(SYSTEM, User, f"{_EVERYTHING} act_for"),
    grant(SYSTEM, UserRole, "read create delete export import print"),
    grant(SYSTEM, CompanyAddon, "read export print"),
    grant(SYSTEM, Session, "read export print"),
    grant(SYSTEM, ApiKey, "read use_api"),
    grant(SYSTEM, LoginAttempt, "read delete export print"),
    grant(SYSTEM, OneTimeToken, "read delete"),
    grant(SYSTEM, Totp, "read"),
    grant(SYSTEM, RecoveryCode, "read"),
    grant(SYSTEM, SignInStep, "read"),
    grant(SYSTEM, Option, f"{_EVERYTHING} {WRITE_SHARED}"),
]


@record_rule(Company, role=USER)
def companies_i_work_in(env: Env) -> Where:
    """Everybody sees the companies where they work."""
    return among(_columns(Company).id, env.companies)


@record_rule(Company, role=ADMIN, actions="read update")
def the_active_company(env: Env) -> Where:
    """Administrators change the company in which they work at the moment."""
    return _is(_columns(Company).id, env.company_id)


@record_rule(User, role=USER)
def colleagues(env: Env) -> Where:
    """Everybody sees the names of those who hold, or once held, a role in the company."""
    return _has_role(env, binned=True)


@record_rule(User, role=USER, actions="read update")
def myself(env: Env) -> Where:
    """Everybody sees the own account, and changes in it what needs no administrator."""
    return _is(_columns(User).id, env.user_id)


@record_rule(User, role=ADMIN, actions="read update export print")
def accounts_of_my_company_alone(env: Env) -> Where:
    """Administrators keep accounts that work in their company and in no other, and those they are just making.

    Otherwise the administrator of one company could take over an account and walk into another company, or become
    system administrator.
    """
    user, held = _columns(User), _table(UserRole).alias()
    theirs = (held.c.user_id == user.id) & held.c.deleted_at.is_(None)
    elsewhere = exists(select(held.c.id).where(theirs, held.c.company_id != env.company_id))
    being_made = and_(user.created_by_id == env.user_id, ~_has_role(env, any_company=True))
    return and_(~elsewhere, ~_holds_system(user.id), or_(_has_role(env), being_made))


@record_rule(User, role=ADMIN, actions="act_for")
def people_of_my_company(env: Env) -> Where:
    """Administrators act for those who work in their company."""
    return _has_role(env)


@record_rule(UserRole, role=ADMIN, actions="read export print")
def roles_in_my_company(env: Env) -> Where:
    """Administrators see who holds which role in their company."""
    return _is(_columns(UserRole).company_id, env.company_id)


@record_rule(UserRole, role=ADMIN, actions="create delete")
def roles_that_i_may_give(env: Env) -> Where:
    """Administrators give and take every role of their company but that of the system administrator.

    They give it to people of their company and to accounts they have made; only the system administrator lets
    somebody of another company in.
    """
    row, role, user, held = (
        _columns(UserRole),
        _table(RoleRow).alias(),
        _table(User).alias(),
        _table(UserRole).alias(),
    )
    is_system = exists(select(role.c.id).where(role.c.id == row.role_id, role.c.code == SYSTEM.code))
    is_mine = exists(select(user.c.id).where(user.c.id == row.user_id, user.c.created_by_id == env.user_id))
    is_known = exists(
        select(held.c.id).where(
            held.c.user_id == row.user_id, held.c.company_id == env.company_id, held.c.id != row.id
        )
    )
    return and_(row.company_id == env.company_id, ~is_system, or_(is_mine, is_known))


@record_rule(RoleRow, role=USER)
def roles_of_every_company_and_of_mine(env: Env) -> Where:
    """Everybody sees which roles there are; those that another company has made are not among them."""
    company = _columns(RoleRow).company_id
    return or_(company.is_(None), company == env.company_id)


@record_rule(CompanyAddon, role=ADMIN)
def switches_of_my_company(env: Env) -> Where:
    """Administrators see which addons are on in their company."""
    return _is(_columns(CompanyAddon).company_id, env.company_id)


@record_rule(Notice, role=USER, actions="read update")
def my_notices(env: Env) -> Where:
    """Notices are for one person."""
    return _is(_columns(Notice).user_id, env.user_id)


@record_rule(Session, role=USER)
def my_sign_ins(env: Env) -> Where:
    """Everybody sees where the own account is signed in."""
    session = _columns(Session)
    return or_(session.user_id == env.user_id, session.real_user_id == env.user_id)


@record_rule(Passkey, role=USER)
def my_passkeys(env: Env) -> Where:
    """Everybody sees the own ones."""
    return _is(_columns(Passkey).user_id, env.user_id)


@record_rule(ApiKey, role=USER)
def my_api_keys(env: Env) -> Where:
    """Everybody sees the own keys of the company."""
    return _is(_columns(ApiKey).user_id, env.user_id)


@record_rule(Session, role=ADMIN)
def sign_ins_to_my_company(env: Env) -> Where:
    """Administrators see who is signed in to their company."""
    return _is(_columns(Session).company_id, env.company_id)


def _columns(model: Any) -> Any:
    return composition().info(model).cls


def _is(column: Any, value: int) -> Where:
    condition: Where = column == value
    return condition


def _table(model: Any) -> Table:
    return composition().info(model).table


def _has_role(env: Env, *, binned: bool = False, any_company: bool = False) -> Where:
    """Whether the user of the row holds a role in the company, with `binned` also whether one was held once.

    Asked for each row by the index of live rows, and only of who has none among all: as `exists` the server would
    read the roles of thousands of users first, for the names of the few owners of a list.
    """
    held = _table(UserRole).alias()
    where = [held.c.user_id == _columns(User).id]
    if not any_company:
        where.append(held.c.company_id == env.company_id)

    def some(*more: Any) -> Where:
        return select(held.c.id).where(*where, *more).limit(1).scalar_subquery().is_not(None)

    holds = some(held.c.deleted_at.is_(None))
    return or_(holds, some()) if binned else holds


def _holds_system(user_id: Any) -> Where:
    held, role = _table(UserRole).alias(), _table(RoleRow).alias()
    is_system = (role.c.code == SYSTEM.code) & held.c.deleted_at.is_(None)
    return exists(
        select(held.c.id)
        .join_from(held, role, held.c.role_id == role.c.id)
        .where(held.c.user_id == user_id, is_system)
    )
