"""An export from the wish to the file: asked for, counted, written at once or by a job, told to the audit.

    Asked -> begin (right, limits, a row that says so) -> write: pages of rows -> a draft -> the file -> audit, notice

Who asked for it is looked at before each page. A draft of somebody who may no more is removed, as is that of a job
that was cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.automation.jobs import JobDeclaration
from core.automation.queue import enqueue
from core.errors import UserError
from core.exchange.asked import Asked, in_words
from core.exchange.columns import columns_of
from core.exchange.export_csv import write_csv
from core.exchange.export_files import KEPT, draft_of, file_of
from core.exchange.export_groups import GroupTable
from core.exchange.export_lines import write_lines, write_table_lines
from core.exchange.export_report import ReportFile, headings_of_report, rows_of_report
from core.exchange.export_rows import Rows, RowTable
from core.exchange.export_table import Table
from core.exchange.export_workbook import MOST_ROWS, write_workbook
from core.exchange.limits import export_limits, exported_today, one_at_a_time
from core.exchange.models import Export
from core.files.naming import clean_name
from core.i18n import _
from core.orm.env import Env
from core.orm.history import Change, record_changes
from core.orm.policy import require

AT_ONCE: Final = 2_000
"""Up to so many rows the file is made while its maker waits."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds. `cut` counts the texts that a cell of a workbook could not hold whole."""

    rows: int
    size: int
    cut: int = 0


def begin(env: Env, asked: Asked, job: JobDeclaration) -> int:
    """Note an export, with its limits checked; gives its id. A small one is there at once, a larger one is a job's."""
    info = env.info(asked.model)
    asked = asked.with_(language=env.language)
    require(env.policy, info, "read")
    require(env.policy, info, "export")
    headings = headings_asked(env, asked)
    one_at_a_time(env)
    count, more = _count(env, asked)
    export_limits(env).check(count, exported_today(env), more=more)
    if asked.form == "xlsx" and count > MOST_ROWS:
        raise UserError(
            _(
                "A sheet holds {most} rows at most. Please choose CSV or narrow the list.",
                most=f"{MOST_ROWS:,}",
            )
        )
    system = env.sudo(_("export"))
    words = [*asked.words(env), *(asked.group_words(env) if asked.grouped else ())]
    (key,) = system.create_many(Export, [{
        "name": _name(env, asked), "user": env.user_id, "model": info.key, "format": asked.form,
        "conditions": in_words(words), "columns": ", ".join(headings),
        "rows": count, "asked": asked.as_json(), "expires_at": env.now + KEPT,
    }])  # fmt: skip
    if more or count > AT_ONCE:
        number = enqueue(env, job, export=key)
        system.write(system.get(Export, key), job=number)
    else:
        carry_out(env, key, lambda: env, lambda _done, _total: None)
    return key


def _count(env: Env, asked: Asked) -> tuple[int, bool]:
    """How many rows the file will have, and whether there are more; groups are counted when they are there."""
    if asked.grouped:
        return 0, False
    info = env.info(asked.model)
    cap = export_limits(env).rows + 1
    if asked.report:
        number = rows_of_report(env, asked, "export").count(cap)
        return min(number, cap), number >= cap
    found = env.count(info, *asked.where(env, info, "export"), cap=cap, search=asked.search(env))
    return found.value, found.capped


def carry_out(
    env: Env, key: int, caller: Callable[[], Env], step: Callable[[int, int | None], None]
) -> Written:
    """Write the file of an export that was begun. `caller` gives the caller's Env with the rights of the moment.

    `step(rows, of)` may raise to end it.
    """
    system = env.sudo(_("export"))
    export: Any = system.get(Export, key)
    asked, path = Asked.from_json(export.asked), file_of(env, export.user_id, key)
    limits, before, done = export_limits(env), exported_today(env, but=key), 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        limits.check(done, before)
        step(done, export.rows or None)

    draft = draft_of(path)
    try:
        cut = _write(asked, draft, str(asked.title(env)), caller, tell)
        draft.chmod(0o600)
        written = Written(done, draft.stat().st_size, cut)
        _note(env, export, asked, written)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return written


def _write(
    asked: Asked, draft: Path, title: str, caller: Callable[[], Env], tell: Callable[[int], None]
) -> int:
    if asked.form == "jsonl" and not asked.grouped and not asked.report:
        write_lines(Rows(asked, caller), draft, tell)
        return 0
    is_guarded = asked.form == "csv"
    table = _table(asked, caller, is_guarded)
    if asked.form == "jsonl":
        write_table_lines(table, draft, tell)
    elif is_guarded:
        write_csv(table, draft, tell)
    else:
        return write_workbook(table, draft, title, tell)
    return 0


def _table(asked: Asked, caller: Callable[[], Env], is_guarded: bool) -> Table:
    if asked.report:
        return ReportFile(caller, asked)
    return GroupTable(caller(), asked) if asked.grouped else RowTable(Rows(asked, caller), guarded=is_guarded)


def headings_asked(env: Env, asked: Asked) -> list[str]:
    """What stands above the columns. Refuses those that the caller may not take out, or no longer."""
    if asked.report:
        return headings_of_report(env, asked)
    return [column.heading for column in columns_of(env, env.info(asked.model), asked.columns)]


def _note(env: Env, export: Any, asked: Asked, written: Written) -> None:
    """The row of the export, and one line of the audit that says what has left the product."""
    system = env.sudo(_("export"))
    system.write(
        export, rows=written.rows, size=written.size, cut=written.cut, finished_at=env.now, expires_at=env.now + KEPT
    )  # fmt: skip
    told = {
        "id": export.id, "format": asked.form, "rows": written.rows, "columns": list(asked.columns),
        "filter": export.conditions, "address": [list(pair) for pair in asked.query], "ids": list(asked.ids),
        "grouped": asked.grouped, "report": asked.report,
    }  # fmt: skip
    record_changes(env, env.info(asked.model), "export", [Change(0, 0, {"export": (None, told)})])


def _name(env: Env, asked: Asked) -> str:
    """What the file is called when it is saved."""
    title, moment = asked.title(env), env.now.astimezone(env.timezone)
    return clean_name(f"{title} {moment:%Y-%m-%d %H%M}.{asked.form}")
