"""How an instalment stands: what is open, and what its due date says today."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Date

from core.api import Company, Where, and_, case, cast, func, select

DUE_SOON_DAYS: Final = 7


def today(env: Any) -> date:
    """The company's day."""
    day: date = env.today
    return day


def open_amount(receivable: Any) -> Decimal:
    """What is still owed; nothing of a cancelled instalment."""
    if receivable.state is not None and receivable.state.code == "cancelled":
        return Decimal(0)
    paid = (receivable.received or Decimal(0)) + (receivable.written_off or Decimal(0))
    return (receivable.amount or Decimal(0)) - paid


def open_value(receivable: Any) -> Decimal:
    """The same in company currency, by the rate that was kept."""
    return (receivable.open_amount or Decimal(0)) * (receivable.exchange_rate or Decimal(0))


def is_open(receivable: Any) -> bool:
    """Whether money is still expected."""
    return bool(receivable.open_amount)


def company_day(model: Any) -> Any:
    """Which day it is where the company is, for the database."""
    zone = select(Company.timezone).where(Company.id == model.company_id).correlate(model).scalar_subquery()
    return cast(func.timezone(zone, func.now()), Date)


def situation(model: Any) -> Any:
    """The state of the instalment by amounts and date, as people speak of it."""
    day = company_day(model)
    return case(
        (model.state == "cancelled", "cancelled"),
        (and_(model.is_open.is_(False), model.written_off != 0), "written_off"),
        (model.is_open.is_(False), "received"),
        (model.due_on < day, "overdue"),
        (model.due_on == day, "due"),
        (model.received != 0, "part"),
        (model.due_on <= day + DUE_SOON_DAYS, "due_soon"),
        else_="planned",
    )


def days_overdue(model: Any) -> Any:
    """Days since the due date passed while money is open."""
    late = company_day(model) - model.due_on
    return case((and_(model.is_open.is_(True), late > 0), late), else_=None)


def still_open(env: Any) -> Where:
    """Money is still expected."""
    from addons.crm_finance.models import Receivable

    return Receivable.is_open.is_(True)


def untouched(env: Any) -> Where:
    """Nothing was received or written off for it."""
    from addons.crm_finance.models import Receivable

    return and_(Receivable.received == 0, Receivable.written_off == 0)


def in_force(env: Any) -> Where:
    """It was not cancelled."""
    from addons.crm_finance.models import Receivable

    return Receivable.state == "open"


def paid_in_part(env: Any) -> Where:
    """Money was received for it."""
    from addons.crm_finance.models import Receivable

    return Receivable.received > 0
