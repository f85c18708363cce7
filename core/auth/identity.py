"""Who is calling, in which company, with which roles, and above whom: read in one statement per request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.auth.access_index import access_index
from core.auth.company_rights import SHIPPED, CompanyRights, load_rights
from core.auth.grants import WRITE_SHARED, Rows
from core.auth.identity_query import user_statement
from core.auth.key_scope import KeyInUse
from core.auth.request_function import request_function
from core.auth.rights_of_roles import PLACES, ROLES
from core.auth.rights_sections import SECTIONS
from core.auth.roles import USER
from core.auth.shared_records import NOTHING, SharedRecords, read_shared
from core.auth.surroundings import Kept, Surroundings, store_of, surroundings_of
from core.orm.company_habits import zone_of
from core.orm.compose import Composition, composition
from core.orm.engine import STATEMENT_TIMEOUT_MS, Scope, set_scope
from core.orm.planned import Planned
from core.orm.trust import TRUSTED

KERNEL_ADDON: Final = "base"


class HeldRole(NamedTuple):
    """A role that the caller holds in the company; `titles` by language."""

    id: int
    code: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller in one company. Ids of people are user ids; `reports` contain `direct_reports`.

    `members` are the users of `departments` (own ones and below), `own_members` those of `own_departments` alone, read
    only for holders of a role that may reach the department. `unread` stops counting at 100. The roles are those in
    which the caller works at the moment: all that are given (`held_roles`), or one of them. While somebody acts for the
    user, the language is the real user's, and the company is the one in which it was begun.
    """

    user_id: int
    real_user_id: int
    user_name: str
    login: str
    email: str | None
    language: str
    must_change_password: bool
    is_demo: bool
    company_id: int
    company_name: str
    timezone: ZoneInfo
    currency: str
    company_language: str
    companies: tuple[tuple[int, str], ...]
    roles: frozenset[str]
    addons: frozenset[str]
    direct_reports: tuple[int, ...] = ()
    reports: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    own_departments: tuple[int, ...] = ()
    own_members: tuple[int, ...] = ()
    unread: int = 0
    generation: int = 0
    session_id: int | None = None
    must_enrol: bool = False
    may_write_shared: bool = False
    rights: CompanyRights = SHIPPED
    """What the company has configured of its rights."""
    shared: SharedRecords = NOTHING
    """Records that somebody has shared with the user by hand, or in whose team the user is."""
    held: frozenset[str] = frozenset()
    """The roles given to the user."""
    granting: frozenset[str] = frozenset()
    """These and, by the company's hierarchy, those below them: what gives rights. `roles` are these and the declared
    ones of which some are copies, which is what fields, menus and the code of addons ask for.
    """
    primary: str = USER.code
    """What the user mainly is in this company, one of `held`."""
    real_user_name: str = ""
    held_roles: tuple[HeldRole, ...] = ()
    working_role_id: int | None = None
    key: KeyInUse | None = None
    """The key by which a program works in the user's name; it narrows the rights."""

    @property
    def is_acting(self) -> bool:
        """Whether somebody else works in the name of the user."""
        return self.user_id != self.real_user_id


def open_request(
    session: Session,
    token_hash: str,
    company_id: int | None = None,
    *,
    address: str | None = None,
    timeout_ms: int = STATEMENT_TIMEOUT_MS,
) -> Identity | None:
    """The identity behind a browser's token, and the transaction's wall set for it; None for whoever may not work.

    `company_id` asks for another company than the session's last one; `address` is where the browser is
    now. A blocked user, an ended or expired session, a company without a role for this user and somebody who has left
    it all get None, and no row of any company.
    """
    found = opened_by_token(
        session,
        request_function(composition()),
        token_hash,
        company_id,
        address=address,
        timeout_ms=timeout_ms,
    )
    return None if found is None else found[1]


def opened_by_token(
    session: Session, opening: Planned, token_hash: str, company_id: int | None = None, *, address: str | None,
    timeout_ms: int,
) -> tuple[Row[Any], Identity] | None:  # fmt: skip
    """What a token opens by one of the opening functions: its row, and the identity that the row describes."""
    composed, store = composition(), store_of(session)
    kept = store.of(token_hash)
    asked = {"given_token": token_hash, "given_company": company_id, "given_address": address}
    row = _opened_row(session, composed, opening.call, asked, timeout_ms, kept)
    if row is None:
        return None
    around = surroundings_of(row, kept)
    if not row.is_known:
        store.keep(token_hash, Kept(row.around, around))
    return row, identity_from_row(session, composed, row, around)


def identity_of(
    session: Session, user_id: int, company_id: int | None = None, *, timeout_ms: int = STATEMENT_TIMEOUT_MS
) -> Identity | None:
    """The same for a user without a browser: jobs, commands, tests."""
    composed = composition()
    asked = {"given_user": user_id, "given_company": company_id}
    row = _opened_row(session, composed, user_statement(composed), asked, timeout_ms)
    return None if row is None else identity_from_row(session, composed, row)


def _opened_row(
    session: Session, composed: Composition, statement: Any, asked: dict[str, Any], timeout_ms: int,
    kept: Kept | None = None,
) -> Row[Any] | None:  # fmt: skip
    """The row of an opening statement, with the wall of the transaction as it says; without one the wall is shut."""
    asked |= {**_roles_that_matter(composed, timeout_ms), "given_around": kept and kept.key}
    row: Row[Any] | None = session.execute(statement, asked, execution_options=TRUSTED).one_or_none()
    if row is None or row.has_left or _is_elsewhere(row):
        set_scope(session, Scope(()))
        return None
    set_scope(session, Scope((row.company_id,), _written(row), timeout_ms), already_set=True)
    return row


def parameters_of_identity(composed: Composition, company_id: int | None, timeout_ms: int) -> dict[str, Any]:
    """What the statement of `identity_of` is given beside the user."""
    return {"given_company": company_id, "given_around": None, **_roles_that_matter(composed, timeout_ms)}


def _roles_that_matter(composed: Composition, timeout_ms: int) -> dict[str, Any]:
    index = access_index(composed)
    return {
        "given_timeout": str(timeout_ms),
        "department_roles": index.roles_reaching(Rows.OWN_DEPARTMENT, Rows.DEPARTMENT),
        "shared_roles": index.roles_with_right(WRITE_SHARED),
    }


def _writes_shared(row: Row[Any]) -> bool:
    return bool(row.set_1.startswith("{0,"))


def _written(row: Row[Any]) -> tuple[int, ...]:
    """The companies whose rows the transaction may write, as the statement has set it."""
    return tuple(int(one) for one in row.set_1.strip("{}").split(",") if one)


def _is_elsewhere(row: Row[Any]) -> bool:
    """Acting for somebody stays in the company where it was begun, and ends where the other works there no more; so
    does what is done with a key.
    """
    is_bound = row.user_id != row.real_user_id or "key_id" in row._fields
    return bool(is_bound and row.company_id != row.last_company_id)


def identity_from_row(
    session: Session, composed: Composition, row: Row[Any], around: Surroundings | None = None
) -> Identity:
    """The identity that a row of the statement describes, in a session that works in its company."""
    around = around or surroundings_of(row, None)
    installed, shared = frozenset(composed.addons), _writes_shared(row)
    rights = load_rights(session, SECTIONS, composed, row.company_id, tuple(row.rights_version or ()))
    held = frozenset({USER.code, *(row.roles or ())})
    granting = rights.of(PLACES).with_those_below(held)
    return Identity(
        user_id=row.user_id,
        real_user_id=row.real_user_id,
        user_name=row.user_name,
        login=row.user_login,
        email=row.user_email,
        language=row.real_user_language,
        must_change_password=row.user_must_change_password and row.user_id == row.real_user_id,
        is_demo=row.user_is_demo,
        company_id=row.company_id,
        company_name=row.company_name,
        timezone=zone_of(row.company_timezone, row.company_id),
        currency=row.company_currency,
        company_language=row.company_language,
        companies=_companies(row),
        roles=rights.of(ROLES).with_bases(granting),
        granting=granting,
        addons=(frozenset(row.addons or ()) & installed) | {KERNEL_ADDON},
        direct_reports=around.direct_reports,
        reports=around.reports,
        departments=around.departments,
        members=around.members,
        own_departments=around.own_departments,
        own_members=around.own_members,
        unread=row.unread,
        generation=row.generation or 0,
        session_id=row.session_id,
        must_enrol=row.must_enrol,
        may_write_shared=shared,
        rights=rights,
        shared=read_shared(row.shared, zone_of(row.company_timezone, row.company_id), composed),
        held=held,
        primary=next(iter(row.roles or ()), USER.code),
        real_user_name=row.real_user_name,
        held_roles=tuple(HeldRole(*parts) for parts in row.held_roles or ()),
        working_role_id=row.working_role_id,
    )


def _companies(row: Row[Any]) -> tuple[tuple[int, str], ...]:
    found = tuple((company_id, name) for company_id, name in row.companies)
    return found if row.user_id == row.real_user_id else ((row.company_id, row.company_name),)
