"""Imports of rows that a test makes up, in mappings as people could write them; whatever is written is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from core.exchange.importing import Import, Wishes
from core.exchange.locating import Lines
from core.exchange.parsing import MappingReader
from core.exchange.report import WRONG, Outcome, Report
from core.orm.attempts import rehearsal
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import Field
from core.orm.trust import TRUSTED

SOURCE: Final = "conformance"
CLOSED: Final = frozenset({"secret", "json", "one2many", "number", "file"})
KEPT: Final = Wishes(all_or_nothing=True)
Told = Mapping[tuple[str, int], Outcome]
"""File and row -> what became of it."""


class Undecided(Import):
    """Writes, and leaves it to who asked whether that stays."""

    def _end(self, report: Report) -> None:
        self.env.flush()
        report.is_written = True


def takes(env: Env, info: ModelInfo, found: Field) -> bool:
    """Whether an import may set the field for this caller."""
    closed = found.system or found.is_computed or found.kind in CLOSED or found.addon not in env.addons
    return not closed and found.name in env.policy.editable(info)


def import_of(env: Env, files: Sequence[Mapping[str, Any]]) -> Import:
    mapping = MappingReader({"source": SOURCE, "file": list(files)}, SOURCE, Lines("")).mapping()
    return Undecided(env, mapping, Path(), KEPT)


def outcomes_of(work: Import) -> Told:
    found: dict[tuple[str, int], Outcome] = {}

    def hear(outcome: Outcome) -> None:
        found[outcome.file, outcome.row] = outcome

    work.run(hear)
    return found


def rows_ending(work: Import, action: str) -> list[int]:
    return sorted(row for (_file, row), told in outcomes_of(work).items() if told.action == action)


@contextmanager
def taken_back(env: Env) -> Iterator[None]:
    """As a rehearsal; its records are forgotten too, so that the next trial reads its own."""
    try:
        with rehearsal(env):
            yield
    finally:
        env.session.expunge_all()


def remember_keys(env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    """These records have been imported before."""
    rows = [{"source": SOURCE, "model": info.key, "key": f"k{key}", "record_id": key} for key in ids]
    env.sudo("conformance").create_many("base.external_key", rows)


def versions_of(env: Env, info: ModelInfo, ids: Sequence[int]) -> dict[int, int]:
    columns = info.table.c
    wanted = select(columns.id, columns.version).where(columns.id.in_(ids))
    return {row.id: row.version for row in env.session.execute(wanted, execution_options=TRUSTED)}


def reasons_of(outcome: Outcome, key: int) -> list[str]:
    """Why a row is wrong, whatever number stands in it."""
    said = [str(one).replace(str(key), "…") for one in outcome.problems]
    return said if outcome.action == WRONG else [outcome.action]
