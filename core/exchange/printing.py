"""Prints are counted: each is a row with its maker, and of records that the company limits each has a number.

A page on the screen is a preview. Only what was asked for by its button can be printed, and only for a while, so that
whoever wants another one asks again and is counted again. Page range and copies are the browser's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from sqlalchemy import Select, func, select

from core.errors import NotFound
from core.exchange.asked import Asked, in_words
from core.exchange.limits import PrintLimit, TooMuch, print_limits
from core.exchange.models import Print
from core.i18n import LazyString, _, _n
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.history import Change, record_changes
from core.orm.policy import require
from core.orm.trust import TRUSTED

MOST_ROWS: Final = 2_000
"""Rows of one printed list."""
How = Literal["print", "mail"]
OPEN_FOR: Final = timedelta(minutes=10)
"""How long a page that was asked for can be printed."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often a record was printed, and what its company says about it."""

    before: int
    limit: PrintLimit | None

    @property
    def is_spent(self) -> bool:
        """Whether the next one is none of the prints that the company allows as originals."""
        return self.limit is not None and self.before >= self.limit.most

    @property
    def is_refused(self) -> bool:
        return self.is_spent and self.limit is not None and self.limit.then == "refuse"

    def in_words(self) -> LazyString | None:
        """How many prints there were and may be, where the company limits them."""
        if self.limit is None:
            return None
        if self.is_refused:
            return _("It has been printed as often as your company allows ({most}).", most=self.limit.most)
        return _n(
            "Printed so far: {before}. Your company allows {n} original.",
            "Printed so far: {before}. Your company allows {n} originals.",
            self.limit.most,
        ).format(before=self.before)

    def copy_number(self, number: int) -> int | None:
        """Which copy the print of that number is; None for an original."""
        if self.limit is None or number <= self.limit.most:
            return None
        return number - self.limit.most


def count_of(env: Env, info: ModelInfo, key: int) -> Count:
    """The prints of a record so far, whoever made them."""
    system = env.sudo(_("count of prints"))
    cls = system.info(Print).cls
    statement = select(func.max(cls.number)).where(cls.model == info.key, cls.record_id == key)
    return Count(int(system.rows(statement)[0][0] or 0), print_limits(env).get(info.key))


def print_record(
    env: Env, info: ModelInfo, key: int, name: str, asked: Asked | None = None, how: How = "print"
) -> int:
    """Count a print of a record that the caller may print; gives its id. Raises `TooMuch` where there are enough.

    Two at the same time wait for one another at the record's row. `asked` says of which paper and in which language,
    `how` that it was printed or mailed.
    """
    env.session.execute(_queue(info, key), execution_options=TRUSTED)
    count = count_of(env, info, key)
    if count.is_refused:
        raise TooMuch(
            _n(
                "“{name}” may be printed once, and that has been done.",
                "“{name}” may be printed {n} times, and that has been done.",
                count.before,
            ).format(name=name)
        )
    version = env.read(info.cls, key, [])[1]
    values = {"record_id": key, "number": count.before + 1}
    return _note(env, info, name, asked or Asked(info.key), 1, values, Change(key, version, {}), how)


def _queue(info: ModelInfo, key: int) -> Select[Any]:
    """A lock of the row's own; of rows that are written once, which cannot be locked, one of their name."""
    if info.is_immutable:
        name = func.hashtextextended(f"print {info.key} {key}", 0)
        return select(func.pg_advisory_xact_lock(name))
    return select(info.cls.id).where(info.cls.id == key).with_for_update(key_share=True)


def print_list(env: Env, asked: Asked, rows: int, how: How = "print") -> int:
    """Note the print of a list, or that its paper was mailed; gives its id."""
    info = env.info(asked.model)
    require(env.policy, info, "print")
    words = in_words([*asked.words(env), *(asked.group_words(env) if asked.grouped else ())])
    told = {
        "rows": rows,
        "columns": list(asked.columns),
        "filter": words,
        "ids": list(asked.ids),
        "report": asked.report,
    }
    change = Change(0, 0, {"print": (None, told)})
    return _note(env, info, str(asked.title(env)), asked, rows, {"conditions": words}, change, how)


def open_print(env: Env, key: int) -> Any:
    """A print of the caller's own that can still be printed. Raises `NotFound` for any other."""
    found: Any = env.get(Print, key)
    if found.user_id != env.user_id or env.now - found.created_at > OPEN_FOR:
        raise NotFound(_("This page was given out for printing some time ago. Please print again."))
    return found


def _note(
    env: Env, info: ModelInfo, name: str, asked: Asked, rows: int, values: Mapping[str, Any], change: Change,
    how: How = "print",
) -> int:  # fmt: skip
    """The row of the print, and one line in the history of what was printed."""
    row = {
        "name": name,
        "user": env.user_id,
        "model": info.key,
        "rows": rows,
        "asked": asked.as_json(),
        **values,
    }
    (key,) = env.sudo(_("print")).create_many(Print, [row])
    record_changes(env, info, how, [change])
    return key
