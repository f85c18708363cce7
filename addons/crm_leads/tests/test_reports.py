"""What became of opportunities: the reports by month, salesperson and reason."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_leads.models import Opportunity
from addons.crm_leads.reports import BY_MONTH, BY_REASON, BY_SALESPERSON
from core.api import AccessDenied
from core.orm.narrowing import narrowed
from core.testing.team import acting, choice
from core.testing.world import World
from core.views.report_rows import ReportRows


def closed(env: Any, title: str, amount: int, *, won: int | None = None, reason: str = "price") -> Any:
    """An opportunity that was won for an amount, or lost for a reason."""
    customer = env.create(Customer, name=title, phone=f"139{abs(hash(title)) % 10**8:08}")
    made = env.create(Opportunity, title=title, customer=customer, amount=amount, intention="wants it",
                      expected_close=env.today)  # fmt: skip
    if won is not None:
        made.win(Decimal(won))
    else:
        made.lose(choice(env, "crm_leads.lost_reason", reason), "somebody", "dear")
    return made


@pytest.fixture
def results(crew: World) -> World:
    with acting(crew, "owner") as env:
        closed(env, "A mill", 100, won=90)
        closed(env, "A saw", 50)
        closed(env, "A drill", 30)
    with acting(crew, "colleague") as env:
        closed(env, "A press", 500, won=450)
    return crew


def rows_of(world: World, person: str, report: Any, order: str | None = None) -> list[tuple[Any, ...]]:
    with acting(world, person) as env:
        values = {"since": env.today.replace(month=1, day=1)}
        return ReportRows(env, report, values, order).page(80)


def test_a_salesperson_counts_the_own(results: World) -> None:
    with acting(results, "owner") as env:
        month = env.today.replace(day=1)
    assert rows_of(results, "owner", BY_MONTH) == [(month, 1, Decimal(90), 2, Decimal(80), Decimal("33.3"))]


def test_the_manager_compares_people_in_any_order(results: World) -> None:
    users = results.staff.users
    found = rows_of(results, "manager", BY_SALESPERSON)
    assert [(row[0], row[2]) for row in found] == [(users["colleague"], 450), (users["owner"], 90)]
    assert [row[0] for row in rows_of(results, "manager", BY_SALESPERSON, "won_amount")] == [
        users["owner"], users["colleague"],
    ]  # fmt: skip


def test_sums_are_of_all_rows(results: World) -> None:
    with acting(results, "manager") as env:
        rows = ReportRows(env, BY_SALESPERSON, {"since": date(2000, 1, 1)})
        assert len(rows.page(1)) == 1
        assert rows.summary == (2, {"won": 2, "won_amount": 540, "lost": 2, "lost_amount": 80})


def test_reasons_with_their_amounts(results: World) -> None:
    with acting(results, "owner") as env:
        price = choice(env, "crm_leads.lost_reason", "price").id
    assert [row[1:] for row in rows_of(results, "owner", BY_REASON)] == [(price, 2, Decimal(80))]


def test_what_leaves_the_product_is_made_of_rows_that_may_leave_it(results: World) -> None:
    """The director reads the department and changes the own: a look narrowed to the second has nothing."""
    with acting(results, "director") as env:
        wide = ReportRows(env, BY_SALESPERSON, {"since": date(2000, 1, 1)}).summary
        narrow = ReportRows(
            narrowed(env, env.info(Opportunity), "update"), BY_SALESPERSON, {"since": date(2000, 1, 1)}
        )
        assert wide[0] == 2 and narrow.page(80) == [] and narrow.summary[0] == 0
    with acting(results, "owner") as env, pytest.raises(AccessDenied):
        narrowed(env, env.info(Opportunity), "export")
