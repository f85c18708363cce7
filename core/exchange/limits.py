"""How much may leave the product: rows of one export, rows of a user and day, prints of one record. Set per company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final, Literal

from sqlalchemy import func, literal, select

from core.errors import UserError
from core.exchange.models import Export
from core.i18n import LazyString, _
from core.orm.env import Env
from core.orm.trust import TRUSTED

EXPORTS: Final = "base.export_limits"
PRINTS: Final = "base.print_limits"
"""Keys of the settings: {"rows": 200000, "day": 1000000}, and {model: {"most": 3, "then": "copy"}}."""
MOST_ROWS: Final = 200_000
MOST_ROWS_A_DAY: Final = 1_000_000
LARGEST: Final = 100_000_000
Then = Literal["refuse", "copy"]
_UNDER_WAY: Final = frozenset({"queued", "running", "failed"})


class TooMuch(UserError):
    """More than the company allows to be taken out."""


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """Rows in one export, and rows of one user on one day of the company's calendar."""

    rows: int = MOST_ROWS
    day: int = MOST_ROWS_A_DAY

    def check(self, count: int, before: int, *, more: bool = False) -> None:
        """Refuse an export of `count` rows (with `more`: at least) after `before` rows of the same day."""
        if count > self.rows or (more and count >= self.rows):
            raise TooMuch(
                _(
                    "This export has more than {most} rows, which is the most that your company allows at once. "
                    "Please narrow the list.",
                    most=_number(self.rows),
                )
            )
        if count + before > self.day:
            raise TooMuch(
                _(
                    "You have exported {before} rows today; your company allows {most} rows on one day, and these "
                    "would be {count} more.",
                    before=_number(before),
                    most=_number(self.day),
                    count=_number(count),
                )
            )


@dataclass(frozen=True, slots=True)
class PrintLimit:
    """How many prints of one record are originals, and what becomes of further ones."""

    most: int
    then: Then


def export_limits(env: Env) -> ExportLimits:
    """The company's limits of exports."""
    given = _setting(env, EXPORTS)
    return ExportLimits(int(given.get("rows", MOST_ROWS)), int(given.get("day", MOST_ROWS_A_DAY)))


def print_limits(env: Env) -> dict[str, PrintLimit]:
    """The company's limits of prints, by model."""
    return {model: PrintLimit(int(one["most"]), one["then"]) for model, one in _setting(env, PRINTS).items()}


def keep_limits(env: Env, exports: ExportLimits, prints: Mapping[str, PrintLimit]) -> None:
    """Set both, with the rights of the caller."""
    _keep(env, EXPORTS, {"rows": exports.rows, "day": exports.day})
    _keep(env, PRINTS, {model: {"most": one.most, "then": one.then} for model, one in sorted(prints.items())})


def exported_today(env: Env, *, but: int = 0) -> int:
    """Rows that the caller has exported since the company's midnight, those under way too; `but` one export."""
    midnight = datetime.combine(env.now.astimezone(env.timezone).date(), time(), env.timezone)
    export, job = env.info(Export).cls, env.info("base.job").cls
    system = env.sudo(_("limits of exports"))
    statement = (
        select(export.rows, export.finished_at, job.state)
        .join(job, export.job_id == job.id, isouter=True)
        .where(Export.user == env.user_id, export.created_at >= midnight, export.id != but)
    )
    return sum(
        row.rows or 0
        for row in system.rows(statement)
        if row.finished_at is not None or row.state in _UNDER_WAY
    )


def one_at_a_time(env: Env) -> None:
    """The caller's exports are counted one after the other; waits until the transaction of another one ends."""
    key = func.hashtextextended(literal(f"export {env.company_id} {env.user_id}"), 0)
    env.session.execute(select(func.pg_advisory_xact_lock(key)), execution_options=TRUSTED)


def _setting(env: Env, key: str) -> dict[str, Any]:
    system = env.sudo(_("limits of what leaves the product"))
    found: Any = system.first("base.setting", system.condition("base.setting", "key", "eq", key))
    return dict(found.value) if found is not None else {}


def _keep(env: Env, key: str, value: dict[str, Any]) -> None:
    known: Any = env.first("base.setting", env.condition("base.setting", "key", "eq", key))
    if known is None:
        env.create("base.setting", key=key, value=value)
    elif known.value != value:
        env.write(known, value=value)


def _number(value: int) -> LazyString | str:
    return f"{value:,}"
