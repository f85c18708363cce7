"""The same work in plain psycopg2 at its best: the page is cut before names are joined, no rights, no wall.

It connects as the owner, who passes row-level security by; the company stands in each statement as an ordinary
condition. Writing knows no checks, hooks, numbers, audit or search column.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg2
from psycopg2.extras import execute_values
from sqlalchemy import make_url

COLUMNS: Final = "number, title, state, company_name, follow_up_on, expected_revenue, priority, created_at, customer_id, owner_id"
"""Ten, of which two are relations with a name to join."""
MINE: Final = "company_id = %(company)s and deleted_at is null"

_NAMED: Final = """
select p.*, c.name as customer, u.name as owner from ({cut}) p
left join crm_base.customer c on c.id = p.customer_id left join base.user u on u.id = p.owner_id order by {{order}}"""
_CUT: Final = f"select id, version, {COLUMNS} from crm_leads.lead where {MINE}"
_SORTED: Final = ", number__sort, title__sort, company_name__sort"

PAGE: Final = _NAMED.format(
    cut=f"select id, version, {COLUMNS}{_SORTED} from crm_leads.lead where {MINE} order by {{order}} limit {{limit}}"
)
AFTER: Final = _NAMED.format(cut=f"{_CUT} and id < %(after)s order by id desc limit 81").format(
    order="id desc"
)
FILTERED: Final = _NAMED.format(
    cut=f"{_CUT} and state = 'in_progress' and owner_id = %(owner)s order by id desc limit 81"
).format(order="id desc")
OWN: Final = _NAMED.format(cut=f"{_CUT} and owner_id = %(owner)s order by id desc limit 81").format(
    order="id desc"
)
FOUND: Final = _NAMED.format(cut=f"{_CUT} and grams @> %(grams)s order by id desc limit 81").format(
    order="id desc"
)
ONE: Final = _NAMED.format(cut=f"{_CUT} and id = %(id)s").format(order="id")
COUNT_ALL: Final = f"select count(*) from (select 1 from crm_leads.lead where {MINE} limit 10001) x"
COUNT_FILTERED: Final = f"""
select count(*) from (select 1 from crm_leads.lead
where {MINE} and state = 'in_progress' and owner_id = %(owner)s limit 10001) x"""
COUNT_FOUND: Final = (
    f"select count(*) from (select 1 from crm_leads.lead where {MINE} and grams @> %(grams)s limit 1001) x"
)
BY_STATE: Final = f"""
select state, count(*), sum(expected_revenue) from crm_leads.lead where {MINE} group by 1 order by 2 desc, 1 limit 501"""
BY_MONTH_AND_OWNER: Final = f"""
select g.*, u.name from (
    select date_trunc('month', created_at at time zone 'Asia/Shanghai')::date as month, owner_id, count(*) as n,
           sum(expected_revenue)
    from crm_leads.lead where {MINE} group by 1, 2 order by 3 desc, 1, 2 limit 501) g
left join base.user u on u.id = g.owner_id order by n desc, month, owner_id"""
INSERT: Final = """
insert into crm_leads.lead
    (company_id, number, title, company_name, phone, state, priority, expected_revenue, version)
values %s returning id"""
UPDATE: Final = """
update crm_leads.lead set remarks = %(remarks)s, version = version + 1, changed_at = now() where id = any(%(ids)s)"""


SORTS: Final = {
    "id": "id", "number": "number__sort", "title": "title__sort", "company_name": "company_name__sort",
    "state": "state", "follow_up_on": "follow_up_on", "created_at": "created_at",
    "expected_revenue": "expected_revenue",
}  # fmt: skip
"""The column by which a list in order of a field is read from its index."""
_NEVER_EMPTY: Final = frozenset({"id", "state"})


def order_by(wanted: str) -> str:
    """The order that an address such as `-expected_revenue` asks for."""
    name = wanted.removeprefix("-")
    direction = "desc" if wanted.startswith("-") else "asc"
    if name == "id":
        return f"id {direction}"
    nulls = "" if name in _NEVER_EMPTY else " nulls last" if direction == "desc" else " nulls first"
    return f"{SORTS[name]} {direction}{nulls}, id {direction}"


def driver_url(url: str) -> str:
    """The address as psycopg2 understands it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Plain:
    """One connection. Every piece of work is a transaction; what was written is taken back."""

    def __init__(self, owner_url: str, company: int, owner: int) -> None:
        self.connection = psycopg2.connect(driver_url(owner_url))
        self.values = {"company": company, "owner": owner}

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Run a query and fetch everything."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, {**self.values, **values})
            found: list[Any] = cursor.fetchall()
        self.connection.rollback()
        return found

    def create(self, count: int) -> None:
        """Insert leads, a thousand with a statement."""
        company = self.values["company"]
        rows = [
            (company, f"X{n}", "a lead", "a company", "13800000000", "new", "normal", 0, 1)
            for n in range(count)
        ]
        with self.connection.cursor() as cursor:
            execute_values(cursor, INSERT, rows, page_size=1000, fetch=True)
        self.connection.rollback()

    def update(self, ids: list[int], remarks: str) -> None:
        """Change one text of these leads with one statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(UPDATE, {"ids": ids, "remarks": remarks})
        self.connection.rollback()

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()
