"""The one statement that opens a request: who is it, where do they work, what do they hold, who is below them.

    opened    the session by its token, or a user by id; not ended, not expired, not blocked
    chosen    + the company: asked for, else that of the session, else the first; only where a role is held.
              Making this row sets the wall of the transaction (keyuan.read, keyuan.write, time limit, zone).
    keyed     + the number of the company's rights, and whether this process knows the people below: surroundings.py
    the rest  scalar subqueries that need `keyed`, and so run behind the wall that `chosen` has set

That order is the point. Employees, departments and notices stand behind row-level security, so nothing may read them
before the settings are made. Therefore the statement selects from `keyed` alone, which is made of the row of `chosen`,
and everything else is a scalar subquery of a select list (or a CTE that only these read): the server computes a select
list after it has the row. Tests as the application's role hold it, also for plans that it would not choose by itself.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from core.auth.hierarchy import departments_below, live, own_departments, people_below
from core.auth.identity_roles import choices_of_roles, may_reach_departments, roles_held, works_in
from core.auth.shared_records import shared_records
from core.auth.surroundings import unless_known, with_key
from core.auth.teams import all_teams
from core.orm.compose import Composition
from core.orm.engine import ACROSS_SETTING, READ_SETTING, WRITE_SETTING
from core.orm.kernel_tables import generation

IDLE: Final = timedelta(hours=12)
"""A session that nobody used for so long has ended."""
SLIDE: Final = timedelta(minutes=1)
"""How exact `last_seen` is: a session is written at most this often."""
NOTICES_COUNTED: Final = 100


@lru_cache(maxsize=8)
def request_statement(composed: Composition) -> Select[Any]:
    """By `given_token`, optionally in `given_company`; moves the session's last use along, and with it the place,
    `given_address` (none where it is not known for certain). Run by a function of the database, see
    request_function.py.

    No parameter may be called like a column of the session: SQLAlchemy would make the UPDATE set that column too.
    """
    tables = Tables(composed)
    session, user, real = tables.session, tables.user, tables.user.alias("real_user")
    columns = (
        session.c.id.label("session_id"),
        session.c.real_user_id,
        session.c.company_id.label("last_company_id"),
        session.c.must_enrol,
        session.c.working_role_id,
        real.c.name.label("real_user_name"),
        real.c.language.label("real_user_language"),
    )
    opened = (
        select(*columns, *person_columns(user))
        .join_from(session, user, session.c.user_id == user.c.id)
        .join(real, session.c.real_user_id == real.c.id)
        .where(
            session.c.token_hash == bindparam("given_token", type_=Text), session.c.ended_at.is_(None), live(session),
            session.c.expires > func.now(), session.c.last_seen > func.now() - IDLE,
            *may_work(user), *may_work(real),
        )
        .cte("opened").prefix_with("MATERIALIZED", dialect="postgresql")
    )  # fmt: skip
    place = func.coalesce(bindparam("given_address", type_=Text), session.c.address)
    is_old = session.c.last_seen < func.now() - SLIDE
    mine = session.c.id == select(opened.c.session_id).scalar_subquery()
    has_moved = session.c.address.is_distinct_from(place)
    slid = (
        update(session).where(mine, is_old | has_moved).values(last_seen=func.now(), address=place)
        .returning(session.c.id).cte("slid")
    )  # fmt: skip
    return statement_of(tables, opened).add_cte(slid)


@lru_cache(maxsize=8)
def user_statement(composed: Composition) -> Select[Any]:
    """By `given_user`, without a browser: jobs, commands, tests."""
    tables = Tables(composed)
    user = tables.user
    columns = (
        cast(null(), BigInteger).label("session_id"), user.c.id.label("real_user_id"),
        cast(null(), BigInteger).label("last_company_id"), literal(False).label("must_enrol"),
        cast(null(), BigInteger).label("working_role_id"),
        user.c.name.label("real_user_name"), user.c.language.label("real_user_language"),
    )  # fmt: skip
    opened = (
        select(*columns, *person_columns(user))
        .where(user.c.id == bindparam("given_user", type_=BigInteger), *may_work(user))
        .cte("opened").prefix_with("MATERIALIZED", dialect="postgresql")
    )  # fmt: skip
    return statement_of(tables, opened)


class Tables:
    """The tables that the statement reads, of one composition."""

    def __init__(self, composed: Composition) -> None:
        def table(key: str) -> Table:
            return composed.info(key).table

        self.session, self.user, self.company = (
            table("base.session"),
            table("base.user"),
            table("base.company"),
        )
        self.role, self.user_role, self.addon = (
            table("base.role"),
            table("base.user_role"),
            table("base.company_addon"),
        )
        self.employee, self.department = table("base.employee"), table("base.department")
        self.notice, self.share = table("base.notice"), table("base.share")
        self.right, self.place = table("base.role_right"), table("base.role_place")
        self.teams = all_teams(composed)


def person_columns(user: Table) -> list[ColumnElement[Any]]:
    names = ("name", "login", "email", "language", "must_change_password", "is_demo")
    return [user.c.id.label("user_id"), *(user.c[name].label(f"user_{name}") for name in names)]


def may_work(user: Any) -> list[ColumnElement[bool]]:
    return [live(user), user.c.blocked.is_(False)]


def statement_of(
    tables: Tables, opened: CTE, *, reads_only: ColumnElement[bool] | None = None
) -> Select[Any]:
    """The whole statement for whoever `opened` has found; where `reads_only` holds, the wall lets nothing in."""
    company = _chosen(tables, opened, reads_only)
    chosen = with_key(company, may_reach_departments(tables, company))
    below = people_below(chosen, tables.employee, tables.department)
    own = own_departments(chosen, tables.employee, tables.department)
    tree = departments_below(own, tables.department)
    around = {
        "direct_reports": _users_below(tables.employee, chosen, below, below.c.level == 1),
        "reports": _users_below(tables.employee, chosen, below, below.c.level > 0),
        "own_departments": select(func.array_agg(own.c.id)).scalar_subquery(),
        "departments": select(func.array_agg(tree.c.id)).scalar_subquery(),
        "members": _members(tables, chosen, own, tree),
    }
    return select(
        chosen,
        select(generation.c.number).scalar_subquery().label("generation"),
        _companies(tables, chosen).label("companies"),
        _has_left(tables.employee, chosen).label("has_left"),
        roles_held(tables, chosen).label("roles"),
        choices_of_roles(tables, chosen).label("held_roles"),
        _addons(tables.addon, chosen).label("addons"),
        *(unless_known(chosen, array).label(name) for name, array in around.items()),
        shared_records(chosen, tables.share, tables.teams, live).label("shared"),
        _unread(tables.notice, chosen).label("unread"),
    )


def _chosen(tables: Tables, opened: CTE, reads_only: ColumnElement[bool] | None) -> CTE:
    company, held = tables.company, tables.user_role
    asked = bindparam("given_company", type_=BigInteger)
    choice = (
        select(held.c.company_id)
        .where(held.c.user_id == opened.c.user_id, live(held), asked.is_(None) | (held.c.company_id == asked))
        .order_by((held.c.company_id == opened.c.last_company_id).desc().nulls_last(), held.c.company_id)
        .limit(1).correlate(opened).scalar_subquery()
    )  # fmt: skip
    own = cast(company.c.id, Text)
    shared = case((_holds_one_of(tables, opened, company.c.id, "shared_roles"), "{0," + own + "}"),
                  else_="{" + own + "}")  # fmt: skip
    if reads_only is not None:
        shared = case((reads_only, "{}"), else_=shared)
    settings = {
        READ_SETTING: "{0," + own + "}", WRITE_SETTING: shared, ACROSS_SETTING: literal(""),
        "statement_timeout": bindparam("given_timeout", type_=Text), "TimeZone": literal("UTC"),
    }  # fmt: skip
    return (
        select(
            opened, company.c.id.label("company_id"), *(company.c[n].label(f"company_{n}") for n in _OF_COMPANY),
            *(func.set_config(name, value, True, type_=Text).label(f"set_{number}")
              for number, (name, value) in enumerate(settings.items())),
        )
        .join_from(opened, company, company.c.id == choice)
        .where(company.c.active, live(company))
        .cte("chosen").prefix_with("MATERIALIZED", dialect="postgresql")
    )  # fmt: skip


_OF_COMPANY: Final = ("name", "timezone", "currency", "language")


def _holds_one_of(tables: Tables, who: CTE, company_id: Any, parameter: str) -> ColumnElement[bool]:
    """Whether the user works in one of the roles in the bound array `parameter`."""
    held, role = tables.user_role.alias(), tables.role.alias()
    wanted = any_(bindparam(parameter, type_=ARRAY(Text)))
    return exists(
        select(held.c.id).join_from(held, role, held.c.role_id == role.c.id)
        .where(held.c.user_id == who.c.user_id, held.c.company_id == company_id, live(held), role.c.active,
               role.c.code == wanted, works_in(held, who))
    )  # fmt: skip


def _companies(tables: Tables, chosen: CTE) -> Any:
    """[[id, name], …] of the companies where the user holds a role."""
    held, company = tables.user_role.alias(), tables.company.alias()
    one = func.jsonb_build_array(company.c.id, company.c.name)
    mine = (held.c.user_id == chosen.c.user_id) & (held.c.company_id == company.c.id) & live(held)
    here = exists(select(held.c.id).where(mine).correlate(chosen, company))
    return (
        select(func.jsonb_agg(aggregate_order_by(one, company.c.name), type_=JSONB))
        .where(company.c.active, live(company), here).correlate(chosen).scalar_subquery()
    )  # fmt: skip


def _addons(addon: Table, chosen: CTE) -> Any:
    on = (addon.c.company_id == chosen.c.company_id) & addon.c.enabled
    return select(func.array_agg(addon.c.addon)).where(on, live(addon)).correlate(chosen).scalar_subquery()


def _has_left(employee: Table, chosen: CTE) -> Any:
    """True for somebody who had posts in the company and has left all of them; NULL for who never had one."""
    mine = (employee.c.user_id == chosen.c.user_id) & (employee.c.company_id == chosen.c.company_id)
    all_left = func.bool_and(employee.c.status != "active", type_=Boolean)
    return select(all_left).where(mine, live(employee)).correlate(chosen).scalar_subquery()


def _users_below(employee: Table, chosen: CTE, below: CTE, where: ColumnElement[bool]) -> Any:
    person = employee.alias()
    return (
        select(func.array_agg(person.c.user_id.distinct()))
        .join_from(below, person, below.c.id == person.c.id)
        .where(below.c.is_department.is_(False), where, person.c.user_id.is_not(None),
               person.c.user_id != chosen.c.user_id)
        .correlate(chosen).scalar_subquery()
    )  # fmt: skip


def _members(tables: Tables, chosen: CTE, own: CTE, tree: CTE) -> Any:
    """Users of the departments, for holders of a role that may reach the department; nobody else pays for it.

    Those who have a post in a department of the caller's own are given as negative numbers, so that one look at the
    employees tells both.
    """
    person = tables.employee.alias()
    is_own = person.c.department_id.in_(select(own.c.id))
    user = case((is_own, -person.c.user_id), else_=person.c.user_id)
    users = (
        select(func.array_agg(user.distinct()))
        .where(person.c.company_id == chosen.c.company_id, live(person), person.c.user_id.is_not(None),
               person.c.department_id.in_(select(tree.c.id)))
        .correlate(chosen).scalar_subquery()
    )  # fmt: skip
    return case((chosen.c.reaches_departments, users))


def _unread(notice: Table, chosen: CTE) -> Any:
    mine = (notice.c.company_id == chosen.c.company_id) & (notice.c.user_id == chosen.c.user_id)
    found = select(notice.c.id).where(mine, notice.c.read_at.is_(None), live(notice)).limit(NOTICES_COUNTED)
    return (
        select(cast(func.count(), BigInteger))
        .select_from(found.correlate(chosen).lateral())
        .correlate(chosen)
        .scalar_subquery()
    )
