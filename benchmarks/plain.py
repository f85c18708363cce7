"""The same work in plain psycopg2 at its best: the page is cut before names are joined, no rights, no wall."""

from __future__ import annotations

from typing import Any, Final

import psycopg2
from sqlalchemy import make_url

COLUMNS: Final = "number, title, state, company_name, province, expected_revenue, priority, created_at"

PAGE: Final = f"""
select p.*, c.name, u.name from (
    select id, version, customer_id, owner_id, {COLUMNS} from crm_leads.lead
    where company_id = %(company)s and deleted_at is null order by {{order}} limit 81) p
left join crm_base.customer c on c.id = p.customer_id left join base.user u on u.id = p.owner_id order by {{order}}"""
FILTERED: Final = f"""
select id, version, {COLUMNS} from crm_leads.lead
where company_id = %(company)s and deleted_at is null and state = 'in_progress' and owner_id = %(owner)s
order by id desc limit 81"""
COUNTED: Final = """
select count(*) from (select 1 from crm_leads.lead where company_id = %(company)s and deleted_at is null
and state = 'in_progress' and owner_id = %(owner)s limit 10001) x"""
GROUPED: Final = """
select state, count(*), sum(expected_revenue) from crm_leads.lead
where company_id = %(company)s and deleted_at is null group by state"""
ONE: Final = "select * from crm_leads.lead where id = %(id)s"
INSERT: Final = """
insert into crm_leads.lead (company_id, number, title, state, priority, expected_revenue)
values (%s, %s, %s, 'new', 'normal', 0) returning id"""


class Plain:
    """A connection of the owner, who passes row-level security only where it is not forced; used for reading."""

    def __init__(self, owner_url: str, company: int, owner: int) -> None:
        url = make_url(owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.connection = psycopg2.connect(url)
        self.values = {"company": company, "owner": owner}

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Run a query and fetch everything."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, {**self.values, **values})
            found: list[Any] = cursor.fetchall()
        self.connection.rollback()
        return found

    def create(self, count: int) -> None:
        """Insert rows one statement a thousand and take them back."""
        from psycopg2.extras import execute_values

        rows = [(self.values["company"], f"X{n}", "a lead", "new", "normal", 0) for n in range(count)]
        sql = "insert into crm_leads.lead (company_id, number, title, state, priority, expected_revenue) values %s"
        with self.connection.cursor() as cursor:
            execute_values(cursor, sql, rows, page_size=1000)
        self.connection.rollback()
