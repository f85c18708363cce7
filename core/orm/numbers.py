"""Document numbers: drawn from the company's numbering rule, unique under concurrent use.

A rule "without gaps" gives drafts a provisional number from a counter of its own, `*SO-0042`, which nobody can take
for a final one in any language; `core.orm.final_numbers` says when the final one is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from core.errors import UserError
from core.i18n import _
from core.orm.bulk import run

if TYPE_CHECKING:
    from core.orm.env import Env

MARK: Final = "*"
"""What a provisional number begins with, and no other."""
_PATTERNS: Final = {
    "": "", "YYYY": "%Y", "YY": "%y", "YYYYMM": "%Y%m", "YYMM": "%y%m", "YYYYMMDD": "%Y%m%d", "YYMMDD": "%y%m%d",
}  # fmt: skip
_DRAW: Final = text("""
with rule as materialized (
    select *, :draft and without_gaps as provisional, coalesce(period, '') as last, greatest(
        :today, to_date(nullif(period, '') || substr('0001-01-01', length(period) + 1), 'YYYY-MM-DD')) as day
    from base.numbering where company_id = :company and sequence = :sequence and deleted_at is null for update),
running as (
    select *, left(to_char(day, 'YYYY-MM-DD'), case reset when 'none' then 0 when 'year' then 4 when 'month' then 7
                                                          else 10 end) as this from rule),
drawn as (
    select *, case when starts_with(last, this) or starts_with(this, last) then counter else 0 end as start
    from running),
moved as (
    update base.numbering n set period = d.this, counter = d.start + :count
    from drawn d where n.id = d.id and not d.provisional),
drafted as (update base.numbering n set drafts = d.drafts + :count from drawn d where n.id = d.id and d.provisional)
select prefix, date_pattern, separator, width, provisional, day,
    case when provisional then drafts else start end as start
from drawn""")
"""`day` is today, or the day on which the running period began: days before it are over. A clock that is behind, or a
transaction that began before midnight, would give their numbers again. The counter runs on within the same period, and
when the rule itself has got longer or shorter periods.
"""

_GIVE_BACK: Final = text(
    "update base.numbering set counter = counter - :count "
    "where company_id = :company and sequence = :sequence and deleted_at is null"
)
_WITHOUT_GAPS: Final = text(
    "select without_gaps from base.numbering "
    "where company_id = :company and sequence = :sequence and deleted_at is null"
)


def draw_numbers(env: Env, sequence: str, count: int, *, for_drafts: bool = False) -> list[str]:
    """The next `count` numbers of a sequence; the rule's row stays locked until the transaction ends.

    The counter starts again with a new period. Days are the company's days. `for_drafts` gives provisional numbers
    where the rule is one without gaps.
    """
    values = {"company": env.company_id, "sequence": sequence, "count": count, "draft": for_drafts,
              "today": env.today}  # fmt: skip
    rule = run(env.session, _DRAW, values).one_or_none()
    if rule is None:
        raise UserError(_("There is no numbering rule for {sequence} in this company.", sequence=sequence))
    head = _head(rule)
    return [
        f"{head}{str(number).zfill(rule.width)}" for number in range(rule.start + 1, rule.start + count + 1)
    ]


def give_back(env: Env, sequence: str, count: int) -> None:
    """The last numbers that this transaction has drawn and not used."""
    run(env.session, _GIVE_BACK, {"company": env.company_id, "sequence": sequence, "count": count})


def is_without_gaps(env: Env, sequence: str) -> bool:
    """What the company has decided of this sequence."""
    values = {"company": env.company_id, "sequence": sequence}
    return bool(run(env.session, _WITHOUT_GAPS, values).scalar())


def is_provisional(number: Any) -> bool:
    """Whether this is a draft's number, in place of which a final one is going to be drawn."""
    return isinstance(number, str) and number.startswith(MARK)


def _head(rule: Any) -> str:
    """What stands before the running number. A provisional one tells no date: its counter never starts again."""
    if rule.provisional:
        return f"{MARK}{rule.prefix}-" if rule.prefix else MARK
    parts = [part for part in (rule.prefix, rule.day.strftime(_PATTERNS[rule.date_pattern or ""])) if part]
    separator = rule.separator or ""
    return separator.join([*parts, ""]) if parts else ""
