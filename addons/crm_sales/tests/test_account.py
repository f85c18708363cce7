"""The account of an order where nothing but orders is kept, and who has which rows of it (SALE-20)."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest

from addons.crm_sales.models import Delivery, DeliveryLine, Order
from addons.crm_sales.reports import ORDER_ACCOUNT
from addons.crm_sales.services import account_pages
from addons.crm_sales.tests.conftest import customer, draft, product
from core.api import BadRequest, Env, ValidationFailed
from core.exchange.asked import Asked
from core.exchange.export_report import ReportFile, rows_of_report
from core.exchange.outgoing import outgoing_of
from core.exchange.report_paper import report_document
from core.mail.sending import proposal
from core.testing.team import acting, choice
from core.testing.world import World
from core.views.report_rows import ReportRows

ASKED = {"detail": "all"}


def told(rows: ReportRows, *keys: str) -> list[tuple[Any, ...]]:
    at = [one.key for one in rows.columns]
    return [tuple(row[at.index(key)] for key in keys) for row in rows.page(50)]


@pytest.fixture
def order(crew: World) -> Any:
    """An order of `owner` over ten pieces, 1000 in all, of which six went out, two came back and went again."""
    goods = product(crew, tax=None)
    with acting(crew, "owner") as env:
        made = draft(env, goods)
        env.run(Order.confirm, [made])
    with acting(crew, "assistant") as env:
        for quantity, is_taken_back in ((4, False), (2, True), (2, False)):
            (delivery,) = env.run(Order.deliver, [env.get(Order, made.id)])
            env.write(env.first(DeliveryLine, DeliveryLine.delivery == delivery.id), quantity=quantity)
            env.run(Delivery.post, [env.get(Delivery, delivery.id)])
            if is_taken_back:
                env.run(Delivery.reverse, [env.get(Delivery, delivery.id)], reason="Wrong address")
                assert env.get(Delivery, delivery.id).reversed_at is not None
    return made


def asked_for(env: Env, order: Any, **more: Any) -> Asked:
    query = tuple({"sales_order": str(order.id), "since": "", "detail": "all", **more}.items())
    return Asked(env.info(Order).key, query, report=ORDER_ACCOUNT.key, language="en")


def test_orders_alone_tell_what_is_delivered(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env:
        rows = ReportRows(env, ORDER_ACCOUNT, {"sales_order": order.id, **ASKED})
        assert "to_receive" not in {one.key for one in rows.columns}
        assert told(rows, "kind", "ordered", "delivered", "returned", "to_deliver") == [
            ("confirmed", 1000, None, None, 1000), ("delivery", None, 400, None, 600),
            ("delivery", None, 200, None, 400), ("delivery", None, 200, None, 200), ("return", None, None, 200, 400),
            ("closing", 1000, 800, 200, 400),
        ]  # fmt: skip
        assert env.get(Order, order.id).delivered_amount == 600
        paper = report_document(env, asked_for(env, order))
        heads = [one.label for one in paper.tables[0].columns]
        assert heads == ["Date", "Kind", "Document", "Ordered", "Delivered", "Returned", "Still to deliver"]
        assert paper.number == order.number and paper.tables[0].strong[-1] and len(paper.tables[0].rows) == 6


def test_the_account_is_mailed_to_the_customer_of_the_order(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env:
        found = env.get(Order, order.id)
        env.write(found.customer, email="books@acme.example")
        given = outgoing_of(env, asked_for(env, order))
        assert given.about() == (env.info(Order).key, order.id)
        assert proposal(given, given.document()).to == "books@acme.example"
        query = (("sales_order", ""), ("since", ""), ("detail", "all"))
        whole = asked_for(env, order).with_(query=query)
        assert outgoing_of(env, whole).about() is None, "orders of many customers go to none of them"


def test_costs_stay_inside(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env:
        kind = choice(env, "crm_sales.cost_kind", "transport")
        env.get(Order, order.id).book_cost(kind=kind, amount=D(7), on=env.today)
        rows = ReportRows(env, ORDER_ACCOUNT, {"sales_order": order.id, **ASKED})
        assert ("cost", D(7)) in told(rows, "kind", "cost") and told(rows, "cost")[-1] == (D(7),)
        paper = report_document(env, asked_for(env, order))
        assert len(paper.tables[0].rows) == 6 and "Cost" not in {row[1] for row in paper.tables[0].rows}


def test_a_cancelled_order_and_a_draft_count_nothing(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        whom = customer(env)
        made, waiting = (draft(env, goods, customer=whom) for _n in range(2))
        env.run(Order.confirm, [made])
        env.run(Order.cancel, [made], reason="Not wanted")
        rows = ReportRows(env, ORDER_ACCOUNT, {"customer": whom.id, **ASKED})
        assert told(rows, "sales_order", "kind", "ordered") == [
            (made.id, "confirmed", D(1000)), (made.id, "cancelled", D(-1000)), (made.id, "closing", D(0)),
        ]  # fmt: skip
        assert ReportRows(env, ORDER_ACCOUNT, {"sales_order": waiting.id, **ASKED}).page(5) == []


def test_everybody_reads_exports_and_asks_for_what_is_theirs(crew: World, order: Any) -> None:
    with acting(crew, "director") as env:
        assert len(rows_of_report(env, asked_for(env, order), "print").page(50)) == 6
        exported = rows_of_report(env, asked_for(env, order), "export")
        assert told(exported, "kind", "delivered") == [("confirmed", None), ("closing", None)], (
            "deliveries may not go"
        )
    with acting(crew, "manager") as env:
        (cells,) = ReportFile(lambda: env, asked_for(env, order)).batches()
        assert [line[1] for line in cells][:2] == ["Confirmation", "Delivery"] and len(cells) == 6
    with acting(crew, "colleague") as env, pytest.raises(ValidationFailed):
        ReportRows(env, ORDER_ACCOUNT, {"sales_order": order.id, **ASKED})
    with acting(crew, "colleague") as env:
        assert ReportRows(env, ORDER_ACCOUNT, {"since": order.ordered_on, **ASKED}).page(5) == []
    with acting(crew, "packer") as env:
        assert not env.can(*ORDER_ACCOUNT.right)


def test_a_period_that_ends_before_it_begins_is_refused(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env, pytest.raises(ValidationFailed) as refused:
        values = {"since": order.ordered_on, "until": order.ordered_on.replace(year=2000), **ASKED}
        ReportRows(env, ORDER_ACCOUNT, values).page(5)
    assert "until" in refused.value.problems


def test_a_page_works_out_its_own_orders_and_no_others(crew: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are beside them; an order that spans pages goes on where it was left."""
    goods = product(crew)
    with acting(crew, "owner") as env:
        found = [draft(env, goods) for _n in range(60)]
        env.run(Order.confirm, found[::2])
        taken: list[int] = []
        rows = account_pages.AccountPages._rows
        monkeypatch.setattr(
            account_pages.AccountPages, "_rows",
            lambda self, orders, *more: taken.append(len(orders)) or rows(self, orders, *more),
        )  # fmt: skip
        report = ReportRows(env, ORDER_ACCOUNT, {"detail": "all"})
        seen, after = report.stretch(7)
        assert len(seen) == 7 and sum(taken) == 10 and after is not None, "ten orders, half of them drafts"
        while after is not None:
            more, after = report.stretch(7, after)
            seen += more
        sums = ReportRows(env, ORDER_ACCOUNT, {"detail": "sums"})
        assert [row[0] for row in seen] == [one.id for one in found[::2] for _row in range(2)]
        assert [row[0] for row in sums.page(500)] == [one.id for one in found[::2]]
        with pytest.raises(BadRequest):
            report.stretch(7, "tomorrow_1")


def test_a_page_that_found_nothing_says_that_there_may_be_more(
    crew: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    goods = product(crew)
    monkeypatch.setattr(account_pages, "MOST_LOOKED_AT", 10)
    with acting(crew, "owner") as env:
        found = [draft(env, goods) for _n in range(12)]
        env.run(Order.confirm, found[11:])
        report = ReportRows(env, ORDER_ACCOUNT, {"detail": "all"})
        empty, after = report.stretch(5)
        assert empty == [] and after is not None
        assert [len(rows) for rows, _more in [report.stretch(5, after)]] == [2]
        assert (
            len(report.page(5))
            == report.count(50)
            == len([row for part in report.all() for row in part])
            == 2
        )
