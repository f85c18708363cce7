"""The same work in SQL at its best: the page is cut before names are joined; no rights, no log."""

from __future__ import annotations

from typing import Final

from benchmarks.peers.plain import Plain

COLUMNS: Final = (
    "id, number, title, stage, customer_id, owner_id, region, amount, priority, follow_up_on, created_at"
)
NEWEST: Final = "id desc"
AMOUNT: Final = "amount desc, id desc"
MATCHES: Final = """company_id = %(company)s and (title ilike %(word)s
    or customer_id in (select id from crm_customer where name ilike %(word)s))"""
MINE: Final = "company_id = %(company)s and stage = 'in_progress' and owner_id = %(owner)s"
ONE: Final = """
select l.*, c.name, e.name from crm_lead l left join crm_customer c on c.id = l.customer_id
left join crm_employee e on e.id = l.owner_id where l.id = %(id)s"""
INSERT: Final = """insert into crm_lead (company_id, number, title, customer_id, owner_id, stage, region, phone, amount,
    priority, keyword, created_at, remarks) values %s"""
UPDATE: Final = "update crm_lead set remarks = %(text)s where id = any(%(ids)s)"


def page(where: str = "company_id = %(company)s", order: str = NEWEST, offset: int = 0) -> str:
    """80 rows with the names of customer and owner."""
    joined = ", ".join(f"l.{part}" for part in order.split(", "))
    return f"""
select l.*, c.name, e.name from (
    select {COLUMNS} from crm_lead where {where} order by {order} limit 80 offset {offset}) l
left join crm_customer c on c.id = l.customer_id left join crm_employee e on e.id = l.owner_id order by {joined}"""


def count(where: str) -> str:
    """How many exactly, as the admin asks."""
    return f"select count(*) from crm_lead where {where}"


def connect() -> Plain:
    """With the values that the queries need."""
    plain = Plain()
    company = plain.one("select min(id) from crm_company")
    plain.values = {
        "company": company,
        "owner": plain.one("select min(id) + 3 from crm_employee where company_id = %(c)s", c=company),
        "word": "%华腾%",
    }
    return plain
