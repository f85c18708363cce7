"""The same work in SQL at its best: the page is cut before names are joined; no rights, no rules, no history."""

from __future__ import annotations

from typing import Final

from benchmarks.peers.plain import Plain

COLUMNS: Final = "id, number, reference, description, state, amount, conversion_probability, start_date, end_date, party, employee"
NEWEST: Final = "start_date desc, id"
AMOUNT: Final = "amount desc, id desc"
MATCHES: Final = """company = %(company)s and (description ilike %(word)s
    or party in (select id from party_party where name ilike %(word)s))"""
MINE: Final = "company = %(company)s and state = 'opportunity' and employee = %(owner)s"
ONE: Final = """
select o.*, p.name, e.name, a.city, c.code from sale_opportunity o left join party_party p on p.id = o.party
left join company_employee w on w.id = o.employee left join party_party e on e.id = w.party
left join party_address a on a.id = o.address join currency_currency c on c.id = o.currency where o.id = %(id)s"""
INSERT: Final = """insert into sale_opportunity (number, description, company, currency, party, employee, state, amount,
    conversion_probability, start_date, create_date, create_uid) values %s"""
OPEN: Final = """
select id from sale_opportunity where company = %(company)s and state in ('lead', 'opportunity') order by id limit 1000"""
"""Those that Tryton lets nobody change are left out."""
UPDATE: Final = """
update sale_opportunity set comment = %(text)s, write_date = now(), write_uid = %(user)s where id = any(%(ids)s)"""


def page(where: str = "company = %(company)s", order: str = NEWEST, offset: int = 0) -> str:
    """80 rows with the names of customer and owner."""
    joined = ", ".join(f"o.{part}" for part in order.split(", "))
    return f"""
select o.*, p.name, e.name from (
    select {COLUMNS} from sale_opportunity where {where} order by {order} limit 80 offset {offset}) o
left join party_party p on p.id = o.party left join company_employee w on w.id = o.employee
left join party_party e on e.id = w.party order by {joined}"""


def count(where: str, limit: int) -> str:
    """How many, as far as the client wants to know."""
    return f"select count(*) from (select 1 from sale_opportunity where {where} limit {limit}) o"


def connect() -> Plain:
    """With the values that the queries need."""
    plain = Plain()
    company = plain.one("select min(id) from company_company")
    plain.values = {
        "company": company,
        "owner": plain.one("select min(id) + 3 from company_employee where company = %(c)s", c=company),
        "word": "%华腾%",
    }
    return plain
