"""The wall between companies with all of our code out of the way: raw SQL as the application's role.

The tables are found in the database's own catalogue, so that one which our declarations forget is found as well. Each
holds a row of either company; a transaction that works in North must not learn of South's, nor change them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from core.orm.compose import Composition
from core.orm.engine import Scope, apply_scope, session_factory
from core.orm.prepared import USES_BEFORE, WHOLE
from core.orm.rls import quote
from core.orm.system_env import system_env
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.factories import Factory
from core.testing.people import NORTH, SOUTH
from core.testing.world import World
from tests.core.populations import RECIPES

OF_DEPLOYMENT = {
    "base.user_role": "says in which companies somebody works, before one is chosen, and offers the others to them",
    "base.role": "read with it; roles that are shipped have no company",
    "base.session": "found by its token, before a company is known; the column says where one worked last",
    "base.company_addon": "the deployment's administrators and its workers ask in which companies an addon is on",
    "core.addon_request": "wishes for operations on the deployment, which its administrators see all",
    "core.rights_version": "a number for each company, nothing else",
}
"""Tables that name a company and are not walled, each with the reason: they say who works where and what is switched on, for the
whole deployment. Rules alone keep those of others away. No work of a company belongs into them.
"""
QUEUES = frozenset({"base.api_key", "base.job", "base.schedule", "base.role_place"})
"""Behind the wall, and opened by their names: for workers, for the look at a key before its company is known, and for
the question at the sign-in whether a company where somebody works asks for a second factor."""
DRAWN = frozenset({"core.audit_id", "core.rights_number"})
"""Sequences from which the application draws by itself; they count for the whole deployment."""
COMMANDS = {"r": "select", "a": "insert", "w": "update", "d": "delete"}
OWN_TABLES = text("""
    select format('%I.%I', n.nspname, c.relname) as name, c.relrowsecurity and c.relforcerowsecurity as walled,
           c.relispartition as is_part,
           exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'company_id') as has_company
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
    order by 1
""")
POLICIES = text("""
    select polcmd, polpermissive, coalesce(pg_get_expr(polqual, polrelid), '') as seen,
           coalesce(pg_get_expr(polwithcheck, polrelid), '') as written
    from pg_policy where polrelid = cast(:name as regclass)
      and polroles <> array[(select oid from pg_roles where rolname = current_user)]
""")
"""What binds the application; the owner, who asks, may have a policy of its own."""
AUDITS = frozenset({"core.audit", "core.erasure"})
"""To these the application adds rows, and reads them; it can do nothing else."""


class Filled(NamedTuple):
    """A database in which every model has rows of both companies."""

    database: ScratchDatabase
    north: int
    south: int


@pytest.fixture(scope="module")
def filled(server: DatabaseServer, product_template: str, composed: Composition) -> Iterator[Filled]:
    made = server.create(product_template)
    with made.app.connect() as connection:
        companies = World(connection, composed).staff.companies
    for name in (NORTH, SOUTH):
        addons = frozenset(composed.addons)
        with (
            session_factory(made.app).begin() as session,
            system_env(session, companies[name], addons, "rows of a test") as env,
        ):
            for key in sorted(composed.models):
                Factory(env, RECIPES).make(key)
    with made.owner.begin() as connection:
        _link(connection, composed, [companies[NORTH], companies[SOUTH]])
    yield Filled(made, companies[NORTH], companies[SOUTH])
    server.drop(made)


def _link(connection: Connection, composed: Composition, companies: list[int]) -> None:
    """A link in every table of links, which no factory fills; references are not checked here."""
    connection.exec_driver_sql("set session_replication_role = replica")
    for info in composed.models.values():
        for table in info.link_tables.values():
            for number in companies if "company_id" in table.c else ():
                values = {"company_id": number, "left_id": number, "right_id": number}
                connection.execute(table.insert().values(values))
    shipped = "insert into core.shipped (model, record_id, company_id, addon, key, shipped) values ('m', %(n)s, %(n)s, 'a', 'k', '{}')"
    erasure = ("insert into core.erasure (company_id, model, record_ids, fields, user_id, real_user_id, request_id, reason) "
               "values (%(n)s, 'm', '{1}', '{name}', 1, 1, 'r', 'asked for')")  # fmt: skip
    for number in companies:
        connection.exec_driver_sql(shipped, {"n": number})
        connection.exec_driver_sql(erasure, {"n": number})


@pytest.fixture
def north(filled: Filled) -> Iterator[Connection]:
    """A transaction that works in North, as the application's role and with nothing of ours around it."""
    with filled.database.app.connect() as connection:
        apply_scope(connection, Scope((filled.north,), (filled.north,)))
        yield connection
        connection.rollback()


def tables(database: ScratchDatabase) -> list[Any]:
    with database.owner.connect() as connection:
        return list(connection.execute(OWN_TABLES))


def walled(database: ScratchDatabase) -> list[str]:
    """The tables with rows of companies, by the catalogue alone; parts of the audit are not for the application."""
    return [
        one.name for one in tables(database)
        if one.has_company and one.name not in OF_DEPLOYMENT and not one.is_part
    ]  # fmt: skip


def test_every_table_of_companies_has_its_policies(filled: Filled) -> None:
    found = []
    with filled.database.owner.connect() as connection:
        for one in tables(filled.database):
            if not one.has_company or one.name in OF_DEPLOYMENT or one.is_part:
                continue
            policies = list(connection.execute(POLICIES, {"name": one.name}))
            known = {COMMANDS.get(row.polcmd, "all") for row in policies}
            needed = {"select", "insert"} if one.name in AUDITS else set(COMMANDS.values())
            if not one.walled or known != needed:
                found.append(f"{one.name}: walled {one.walled}, policies for {sorted(known)}")
            for row in policies:
                setting = "keyuan.read" if row.polcmd == "r" else "keyuan.write"
                for condition in filter(None, (row.seen, row.written)):
                    if setting not in condition or "company_id" not in condition:
                        found.append(f"{one.name}: {COMMANDS[row.polcmd]} asks {condition}")
                    if ("keyuan.across" in condition) is not (one.name in QUEUES):
                        found.append(f"{one.name}: {COMMANDS[row.polcmd]} of all companies by {condition}")
    assert found == []
    assert len(walled(filled.database)) > 20
    assert {*walled(filled.database)} > QUEUES
    assert {one.name for one in tables(filled.database) if one.has_company} > {*OF_DEPLOYMENT}


def test_tables_without_a_company_are_the_deployments(filled: Filled, composed: Composition) -> None:
    """What hangs on a company's record, as links do, has the company as well: else the wall could not know it."""
    free = {one.name for one in tables(filled.database) if not one.has_company or one.name in OF_DEPLOYMENT}
    ours = {f"{info.addon}.{info.name}": info.kind for info in composed.models.values()}
    ours |= {
        f"{table.schema}.{table.name}": info.kind
        for info in composed.models.values() for table in info.link_tables.values()
    }  # fmt: skip
    assert [name for name in free if ours.get(name, "deployment") != "deployment"] == []


def test_no_row_of_another_company_is_read(filled: Filled, north: Connection) -> None:
    found = []
    for name in walled(filled.database):
        strange = f"select count(*) from {name} where company_id not in (0, {filled.north})"
        for query in (
            strange, f"select count(*) from (select * from only {name} tablesample system (100)) t where company_id = {filled.south}",
            f"with s as materialized (select * from {name}) select count(*) from s where company_id = {filled.south}",
        ):  # fmt: skip
            if north.exec_driver_sql(query).scalar_one():
                found.append(query)
    assert found == []
    with filled.database.owner.connect() as connection:
        bare = [
            name for name in walled(filled.database)
            if not connection.exec_driver_sql(f"select exists (select from {name} where company_id = {filled.south})").scalar_one()
        ]  # fmt: skip
    assert bare == [], "there is nothing in them that could be read"


def test_what_a_connection_keeps_ready_obeys_the_scope_of_each_transaction(filled: Filled) -> None:
    found = []
    with filled.database.app.connect() as connection:
        for name in walled(filled.database):
            for mine in [filled.north, filled.south] * (USES_BEFORE + 1):
                apply_scope(connection, Scope((mine,)))
                asked = connection.execute(
                    text(f"select distinct company_id from {name}"), execution_options=dict(WHOLE)
                )
                if not {mine} <= set(asked.scalars()) <= {0, mine}:
                    found.append(f"{name} in company {mine}")
                connection.rollback()
            asked = connection.execute(text(f"select count(*) from {name}"), execution_options=dict(WHOLE))
            if asked.scalar_one():
                found.append(f"{name} without a company")
            connection.rollback()
        kept = connection.scalar(text("select count(*) from pg_prepared_statements"))
    assert found == []
    assert kept >= len(walled(filled.database))


def test_a_copy_holds_the_own_rows_only(filled: Filled, north: Connection) -> None:
    cursor = north.connection.cursor()
    for name in walled(filled.database):
        out = StringIO()
        cursor.copy_expert(f"copy (select company_id from {name}) to stdout", out)
        assert {int(line) for line in out.getvalue().split()} <= {0, filled.north}, name
        whole = StringIO()
        cursor.copy_expert(f"copy {name} (company_id) to stdout", whole)
        assert {int(line) for line in whole.getvalue().split()} <= {0, filled.north}, name


def refused(connection: Connection, statement: str) -> bool:
    """Whether the database refuses, by a policy or a right that is missing; nothing stays done."""
    savepoint = connection.begin_nested()
    try:
        connection.exec_driver_sql(statement)
    except DBAPIError as error:
        return getattr(error.orig, "pgcode", None) == "42501"
    finally:
        savepoint.rollback()
    return False


def test_no_row_of_another_company_is_changed(filled: Filled, north: Connection) -> None:
    found = []
    for name in walled(filled.database):
        if name in AUDITS:
            continue
        changes = [f"update {name} set company_id = company_id where company_id = {filled.south}",
                   f"delete from {name} where company_id = {filled.south}",
                   f"update {name} set company_id = company_id where company_id = 0"]  # fmt: skip
        for statement in changes:
            savepoint = north.begin_nested()
            with suppress(ProgrammingError):  # rows that are written once: not even the right to try
                if north.exec_driver_sql(statement).rowcount:
                    found.append(statement)
            savepoint.rollback()
        for home in (filled.south, 0):
            if not refused(north, f"update {name} set company_id = {home}"):
                found.append(f"own rows of {name} are given to {home}")
    assert found == []


def columns_of(connection: Connection, name: str) -> list[str]:
    known = text(
        "select quote_ident(attname) from pg_attribute where attrelid = cast(:name as regclass) and attnum > 0 "
        "and not attisdropped and attgenerated = '' and attidentity = ''"
    )
    return list(connection.execute(known, {"name": name}).scalars())


def test_no_row_is_put_into_another_company(filled: Filled, north: Connection) -> None:
    """A copy of an own row, with another company: by INSERT, by MERGE, and by COPY."""
    found = []
    for name in walled(filled.database):
        names = columns_of(north, name)
        strange = [f"{filled.south} as company_id" if one == "company_id" else one for one in names]
        copied = f"select {', '.join(strange)} from {name} where company_id = {filled.north} limit 1"
        if name == "core.audit":  # rows of the deployment stand in it under company 0
            north.exec_driver_sql(f"insert into {name} (company_id, model, record_id, version, operation, request_id, "
                                  f"channel, user_id, real_user_id) values ({filled.north}, 'm', 1, 1, 'x', 'r', 'c', 1, 1)")  # fmt: skip
        if not refused(north, f"insert into {name} ({', '.join(names)}) {copied}"):
            found.append(f"insert into {name}")
        merged = (f"merge into {name} t using ({copied}) s on false when not matched then "
                  f"insert ({', '.join(names)}) values ({', '.join(f's.{one}' for one in names)})")  # fmt: skip
        if not refused(north, merged):
            found.append(f"merge into {name}")
        savepoint = north.begin_nested()
        with pytest.raises(Exception, match=r"row-level security|permission denied"):
            north.connection.cursor().copy_expert(
                f"copy {name} (company_id) from stdin", StringIO(f"{filled.south}\n")
            )
        savepoint.rollback()
    assert found == []


def test_nothing_leads_around_the_wall(filled: Filled, north: Connection) -> None:
    """Parts of the audit, views, functions with the owner's rights, statistics, locks, rights on the tables."""
    parts = [one.name for one in tables(filled.database) if one.is_part]
    assert parts
    assert [name for name in parts if not refused(north, f"select * from {name}")] == []
    views = "select oid::regclass::text from pg_class where relkind in ('v', 'm') and relnamespace in (select oid from pg_namespace where nspname !~ '^(pg_|information_schema)')"
    assert list(north.exec_driver_sql(views).scalars()) == []
    with_owners_rights = """select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where p.prosecdef and n.nspname !~ '^(pg_|information_schema)'"""
    assert list(north.exec_driver_sql(with_owners_rights).scalars()) == [
        "core.make_audit_partitions(integer)"
    ]
    for name in walled(filled.database):
        known = text("select count(*) from pg_stats where format('%I.%I', schemaname, tablename) = :name")
        assert north.execute(known, {"name": name}).scalar_one() == 0, f"statistics of {name}"
        for statement in ("truncate {}", "alter table {} no force row level security", "alter table {} owner to current_user",
                          "create policy p on {} using (true)", "create rule r as on select to {} do also nothing"):  # fmt: skip
            assert refused(north, statement.format(name)), statement.format(name)


def test_the_application_can_take_no_other_role(filled: Filled, north: Connection) -> None:
    role = text(
        "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication from pg_roles where rolname = :name"
    )
    assert north.execute(role, {"name": APP_ROLE}).scalar_one() is False
    member = text(
        "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = :name"
    )
    assert north.execute(member, {"name": APP_ROLE}).scalar_one() == 0
    owner = filled.database.owner.url.username
    for statement in (f"set role {quote(str(owner))}", f"set session authorization {quote(str(owner))}",
                      "set session_replication_role = replica", "copy base.company to '/tmp/keyuan-leak'",
                      "create extension file_fdw"):  # fmt: skip
        assert refused(north, statement), statement


def test_numbers_of_rows_are_not_told_by_sequences(filled: Filled, north: Connection) -> None:
    """Identity columns are drawn for the application, which may not look at their sequences or set them."""
    sequences = "select oid::regclass::text from pg_class where relkind = 'S'"
    names = list(north.exec_driver_sql(sequences).scalars())
    assert {*names} > DRAWN
    for name in names:
        drawn = [] if name in DRAWN else [f"select nextval('{name}')"]
        for statement in (f"select last_value from {name}", f"select setval('{name}', 1)", *drawn):
            assert refused(north, statement), statement


def test_a_transaction_without_a_company_sees_nothing(filled: Filled) -> None:
    with filled.database.app.connect() as connection:
        for name in walled(filled.database):
            assert connection.exec_driver_sql(f"select count(*) from {name}").scalar_one() == 0, name
            assert connection.exec_driver_sql(f"select count(*) from {name}").scalar_one() == 0, name


def test_the_settings_are_read_once_a_statement(filled: Filled, north: Connection) -> None:
    """An InitPlan, not a function call for each row: at a million rows the difference is a second."""
    for name in walled(filled.database):
        plan = north.exec_driver_sql(
            f"explain (format json) select * from {name} where company_id > 0"
        ).scalar_one()
        told = json.dumps(plan)
        assert '"InitPlan"' in told, name
        assert "current_setting" not in " ".join(_filters(plan[0]["Plan"])), name


def _filters(node: dict[str, Any]) -> Iterator[str]:
    """The conditions that are asked of every row."""
    yield from (str(node[name]) for name in ("Filter", "Index Cond", "Recheck Cond") if name in node)
    for below in node.get("Plans", ()):
        yield from _filters(below)


def test_a_reference_into_another_company_is_refused_by_the_key(
    filled: Filled, composed: Composition
) -> None:
    """Foreign keys are checked behind the wall; therefore the company is part of each between companies' tables."""
    found = []
    with filled.database.owner.connect() as connection:
        keys = text("""
            select conrelid::regclass::text as here, confrelid::regclass::text as there, conname,
                   array(select attname::text from pg_attribute where attrelid = conrelid and attnum = any(conkey)) as own
            from pg_constraint where contype = 'f' order by 1, 3
        """)
        home = {f"{info.addon}.{info.name}": info.kind for info in composed.models.values()}
        for key in connection.execute(keys):
            if home.get(key.here) == home.get(key.there) == "company" and "company_id" not in key.own:
                found.append(f"{key.here}: {key.conname}")
    assert found == []


def test_the_audit_of_all_companies_is_no_work_of_any(filled: Filled, composed: Composition) -> None:
    """Everybody's transaction reads the entries of the deployment; those of shared rows stand with their company."""
    with filled.database.owner.connect() as connection:
        models = connection.exec_driver_sql(
            "select distinct model from core.audit where company_id = 0"
        ).scalars()
        known = [composed.models[key] for key in models]
    assert {one.key for one in known if one.is_of_one_company} == set()
