"""Document numbers: drawn from the company's numbering rule, unique under concurrent use."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from core.errors import UserError
from core.i18n import _
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.env import Env

_PATTERNS: Final = {
    "": "", "YYYY": "%Y", "YY": "%y", "YYYYMM": "%Y%m", "YYMM": "%y%m", "YYYYMMDD": "%Y%m%d", "YYMMDD": "%y%m%d",
}  # fmt: skip
_PERIODS: Final = {"none": "", "year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}


def draw_numbers(env: Env, sequence: str, count: int) -> list[str]:
    """The next `count` numbers of a sequence; the rule's row stays locked until the transaction ends.

    The counter starts again with a new period. Days are the company's days.
    """
    table = env.composition.models["base.numbering"].table
    mine = (
        (table.c.company_id == env.company_id) & (table.c.sequence == sequence) & table.c.deleted_at.is_(None)
    )
    columns = (table.c.id, table.c.prefix, table.c.date_pattern, table.c.separator, table.c.width, table.c.reset,
               table.c.period, table.c.counter)  # fmt: skip
    statement = select(*columns).where(mine).with_for_update()
    rule = env.session.execute(statement, execution_options=TRUSTED).one_or_none()
    if rule is None:
        raise UserError(_("There is no numbering rule for {sequence} in this company.", sequence=sequence))
    today: date = env.clock().astimezone(env.timezone).date()
    day = max(today, _first_day(rule.period) or today)
    period = day.strftime(_PERIODS[rule.reset])
    start = rule.counter if _goes_on(rule.period or "", period) else 0
    moved = update(table).where(table.c.id == rule.id).values(period=period, counter=start + count)
    env.session.execute(moved, execution_options=TRUSTED)
    head = [part for part in (rule.prefix, day.strftime(_PATTERNS[rule.date_pattern or ""])) if part]
    separator = rule.separator or ""
    return [
        separator.join([*head, str(number).zfill(rule.width)])
        for number in range(start + 1, start + count + 1)
    ]


def _goes_on(last: str, period: str) -> bool:
    """Whether the counter runs on: in the same period, and when the rule itself has got longer or shorter periods."""
    return last.startswith(period) or period.startswith(last)


def _first_day(period: str | None) -> date | None:
    """The day on which the running period began. Days before it are over: a clock that is behind, or a transaction
    that began before midnight, would give their numbers again.
    """
    if not period:
        return None
    year, month, day = (*(int(part) for part in period.split("-")), 1, 1)[:3]
    return date(year, month, day)
