"""The measurements: the admin's pages and the models, psycopg2 on the same tables, in turns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from django.db import transaction

from benchmarks.peers.clock import Line, side_by_side
from benchmarks.peers.django import queries
from benchmarks.peers.django.client import LEADS, Browser
from benchmarks.peers.django.models import Lead
from benchmarks.peers.plain import Plain, by_amount

SEARCH: Final = f"{LEADS}?q=%E5%8D%8E%E8%85%BE"
BY_AMOUNT: Final = f"{LEADS}?o=-7"


def measure() -> list[Line]:
    """Everything that is measured inside one process."""
    browser, plain = Browser(), queries.connect()
    return [*_reading(browser, plain), *_writing(browser, plain)]


def _reading(browser: Browser, plain: Plain) -> list[Line]:
    owner = plain.values["owner"]
    middle = plain.one("select max(id) / 2 from crm_lead")
    mine = f"{LEADS}?stage__exact=in_progress&owner__id__exact={owner}"
    form = f"{LEADS}{middle}/change/"

    def asked(path: str) -> Callable[[], str]:
        return lambda: browser.get(path)

    def counted(where: str) -> tuple[list[Any], list[Any]]:
        return plain.rows(queries.page(where)), plain.rows(queries.count(where))

    size = f"{len(browser.get(LEADS).encode()):,} bytes"
    return [
        side_by_side("list", asked(LEADS), lambda: plain.rows(queries.page()), same=_same, note=size),
        side_by_side("list_model", lambda: _read_directly(plain.values["company"]), lambda: plain.rows(queries.page())),
        side_by_side("deep", asked(f"{LEADS}?p=100"), lambda: plain.rows(queries.page(offset=7920)),
                     same=_same),
        *by_amount(plain, "crm_lead", "amount desc, id desc", asked(BY_AMOUNT),
                   queries.page(order=queries.AMOUNT), _same),
        side_by_side("search", asked(SEARCH), lambda: counted(queries.MATCHES), same=_same_counted),
        side_by_side("stage_owner", asked(mine), lambda: counted(queries.MINE), same=_same_counted),
        side_by_side("one", asked(form), lambda: plain.rows(queries.ONE, id=middle)),
    ]  # fmt: skip


def _same(html: str, rows: list[Any]) -> bool:
    shown = re.findall(r'name="_selected_action" value="(\d+)"', html)
    return [int(one) for one in shown] == [row[0] for row in rows] and len(rows) > 0


def _same_counted(html: str, answers: tuple[list[Any], list[Any]]) -> bool:
    rows, counted = answers
    return _same(html, rows) and f"{counted[0][0]} lead" in html


def _read_directly(company: int) -> list[tuple[str, str]]:
    leads = Lead.objects.filter(company=company).select_related("customer", "owner").order_by("-pk")[:80]
    return [(str(lead.customer), str(lead.owner)) for lead in leads]


def _writing(browser: Browser, plain: Plain) -> list[Line]:
    company, owner = plain.values["company"], plain.values["owner"]
    customer = plain.one("select max(customer_id) from crm_lead where company_id = %(company)s")
    ids = [row[0] for row in plain.rows("select id from crm_lead where company_id = %(company)s limit 1000")]
    form = {"number": "X1", "title": "华腾信息 2026", "customer": customer, "owner": owner, "stage": "new",
            "region": "广东", "phone": "13800000000", "amount": "1000", "priority": "normal"}  # fmt: skip
    values = {**form, "customer_id": form["customer"], "owner_id": form["owner"], "company_id": company}
    del values["customer"], values["owner"]
    row = (
        company,
        "X1",
        "华腾信息 2026",
        customer,
        owner,
        "new",
        "广东",
        "13800000000",
        1000,
        "normal",
        "",
        "now",
        "",
    )
    turn = iter(range(10**9))

    def one() -> None:
        Lead.objects.create(**values)

    def many() -> None:
        Lead.objects.bulk_create([Lead(**values) for _n in range(1000)])

    def update() -> None:
        Lead.objects.filter(pk__in=ids).update(remarks=f"r{next(turn)}")

    def update_each() -> None:
        leads = list(Lead.objects.filter(pk__in=ids))
        for lead in leads:
            lead.remarks = f"r{next(turn)}"
        Lead.objects.bulk_update(leads, ["remarks"])

    def update_plain() -> None:
        plain.change(queries.UPDATE, ids=ids, text=f"r{next(turn)}")

    def insert() -> None:
        plain.insert(queries.INSERT, [row])

    return [
        side_by_side("create_1", _taken_back(one), insert),
        side_by_side("create_form", _taken_back(lambda: browser.add(form)), insert),
        side_by_side("create_1000", _taken_back(many), lambda: plain.insert(queries.INSERT, [row] * 1000), runs=10),
        side_by_side("update_1000", _taken_back(update), update_plain, runs=10),
        side_by_side("update_each", _taken_back(update_each), update_plain, runs=10),
    ]  # fmt: skip


def _taken_back(work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)

    return run
