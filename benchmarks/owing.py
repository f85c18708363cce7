"""What is due, and accounts: the lists of receivables, the statement of a customer, the account of orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from benchmarks.data import Bench
from benchmarks.measure import Line
from benchmarks.order_stories import ORDER, RECEIVABLE
from benchmarks.subjects import Subjects, env_of
from benchmarks.trade import has
from benchmarks.trading import measured_pages
from core.orm.env import Env

Page = tuple[str, str, str]
LISTS = {
    "all": "list of receivables", "open": "open receivables", "today": "due today", "week": "due this week",
    "month": "due this month", "overdue": "overdue",
}  # fmt: skip
STATEMENT, ACCOUNT = "/report/crm_finance.statement", "/report/crm_sales.order_account"


def money_lines(bench: Bench, subjects: Subjects, wanted: Callable[[str], bool]) -> list[Line]:
    """Lists and reports of money, as far as the product of this run has them."""
    pages: list[Page] = []
    if has("crm_finance"):
        pages += [(f"due {key}", name, f"/r/{RECEIVABLE}?preset={key}") for key, name in LISTS.items()]
    if has("crm_sales"):
        app = bench.database.app_engine()
        with env_of(app, subjects.chief) as env:
            pages += _reports(env)
        app.dispose()
    return list(measured_pages(bench, subjects, [one for one in pages if wanted(one[0])]))


def _reports(env: Env) -> Iterator[Page]:
    """Statement and account of the customer with the most orders, over the last year and the last full month."""
    order: Any = env.info(ORDER).cls
    per_customer = select(order.customer_id, func.max(order.id)).group_by(order.customer_id)
    customer, key = env.rows(per_customer.order_by(func.count().desc(), order.customer_id).limit(1))[0]
    year = {"since": (env.today - timedelta(days=365)).isoformat(), "until": env.today.isoformat()}
    month = {"since": _month_before(env.today).isoformat(),
             "until": (env.today.replace(day=1) - timedelta(days=1)).isoformat()}  # fmt: skip
    if has("crm_finance"):
        yield "statement", "statement of a customer over a year", _asked(STATEMENT, customer=customer, **year)
    yield "account order", "account of an order", _asked(ACCOUNT, sales_order=key, since="", detail="all")
    for detail, words in (("all", "all postings"), ("sums", "sums only")):
        yield (f"account customer {detail}", f"account of a customer's orders over a year, {words}",
               _asked(ACCOUNT, customer=customer, detail=detail, **year))  # fmt: skip
        yield (f"account month {detail}", f"account of all orders of a month, {words}",
               _asked(ACCOUNT, detail=detail, **month))  # fmt: skip
    yield (
        "account all",
        "account of all orders there are, all postings",
        _asked(ACCOUNT, since="", detail="all"),
    )


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _asked(url: str, **pairs: Any) -> str:
    return f"{url}?{urlencode(pairs)}"
