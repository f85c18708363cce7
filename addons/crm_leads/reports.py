"""What became of opportunities: won and lost by month, by salesperson, by the reason of losing."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric

from addons.crm_leads.models import Opportunity
from addons.crm_leads.states import LOST, WON
from core.api import (
    Answers,
    Env,
    LazyString,
    Option,
    Report,
    User,
    _,
    ask,
    cast,
    column,
    func,
    select,
)  # fmt: skip


def beginning_of_year(env: Env) -> date:
    """The first day of the company's present year."""
    return env.today.replace(month=1, day=1)


_PERIOD = [
    ask("since", date, _("Closed since"), default=beginning_of_year),
    ask("until", date, _("Closed until"), required=False),
]
_SALESPERSON = ask("salesperson", User, _("Salesperson"), required=False, field=Opportunity.owner)


def _ended(env: Env, answers: Answers) -> list[Any]:
    """Closed in the period, and by the salesperson where one is named."""
    found = [Opportunity.state.in_([WON, LOST]), Opportunity.closed_on >= answers["since"]]
    if answers["until"] is not None:
        found.append(Opportunity.closed_on <= answers["until"])
    if answers.get("salesperson") is not None:
        found.append(Opportunity.owner == answers["salesperson"])
    return found


def _outcome(env: Env) -> list[Any]:
    """Number and amount of the won ones, of the lost ones, and the won ones in a hundred."""
    won, lost = Opportunity.state == WON, Opportunity.state == LOST
    number_won, number_lost = func.count().filter(won), func.count().filter(lost)
    return [
        number_won.label("won"),
        func.sum(env.seen(Opportunity.won_amount)).filter(won).label("won_amount"),
        number_lost.label("lost"),
        func.sum(env.seen(Opportunity.amount)).filter(lost).label("lost_amount"),
        func.round(100 * cast(number_won, Numeric) / func.count(), 1).label("rate"),
    ]


def _columns(first: Any) -> list[Any]:
    return [
        first,
        column("won", _("Won"), int, total=True),
        column("won_amount", _("Won amount"), Decimal, money=True, total=True, field=Opportunity.won_amount),
        column("lost", _("Lost"), int, total=True),
        column("lost_amount", _("Lost amount (expected)"), Decimal, money=True, total=True, field=Opportunity.amount),
        column("rate", _("Won of all closed (%)"), Decimal),
    ]  # fmt: skip


def by_month(env: Env, answers: Answers) -> Any:
    """One row for each month in which something was closed."""
    first_day = env.first_of("month", Opportunity.closed_on)
    statement = select(first_day.label("month"), *_outcome(env)).where(*_ended(env, answers))
    return statement.group_by(first_day)


def by_salesperson(env: Env, answers: Answers) -> Any:
    """One row for each salesperson who has closed something."""
    owner = env.seen(Opportunity.owner)
    statement = select(owner.label("salesperson"), *_outcome(env)).where(*_ended(env, answers))
    return statement.group_by(owner)


def by_reason(env: Env, answers: Answers) -> Any:
    """One row for each month and reason of losing."""
    first_day = env.first_of("month", Opportunity.closed_on)
    reason, number = env.seen(Opportunity.lost_reason), func.count()
    return (
        select(
            first_day.label("month"), reason.label("reason"), number.label("number"),
            func.sum(env.seen(Opportunity.amount)).label("amount"),
        )
        .where(*_ended(env, answers), Opportunity.state == LOST)
        .group_by(first_day, reason)
    )  # fmt: skip


def _report(key: str, title: LazyString, **options: Any) -> Report:
    needs = (Opportunity.closed_on, *options.pop("needs", ()))
    return Report(f"crm_leads.{key}", title, right=("read", Opportunity), needs=needs, **options)


BY_MONTH = _report(
    "by_month", _("Won and lost by month"), statement=by_month, parameters=[*_PERIOD, _SALESPERSON], order="month",
    columns=_columns(column("month", _("Month"), date, unit="month")), chart=("month", "won_amount", "lost_amount"),
)  # fmt: skip

BY_SALESPERSON = _report(
    "by_salesperson", _("Won and lost by salesperson"), statement=by_salesperson, parameters=_PERIOD,
    needs=[Opportunity.owner], order="-won_amount", columns=_columns(column("salesperson", _("Salesperson"), User)),
    chart=("salesperson", "won_amount", "lost_amount"),
)  # fmt: skip

BY_REASON = _report(
    "by_reason", _("Lost by reason and month"), statement=by_reason, parameters=[*_PERIOD, _SALESPERSON],
    needs=[Opportunity.lost_reason], order="-month", chart=("reason", "number"),
    columns=[
        column("month", _("Month"), date, unit="month"), column("reason", _("Reason of losing"), Option),
        column("number", _("Number"), int, total=True),
        column("amount", _("Expected amount"), Decimal, money=True, total=True, field=Opportunity.amount),
    ],
)  # fmt: skip
