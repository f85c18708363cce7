"""The import as a job: with progress, and it can be cancelled between batches. What was imported until then stays."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from core.automation.jobs import job
from core.exchange.importing import Import, Wishes
from core.exchange.parsing import read_mapping
from core.exchange.report import ACTIONS, write_wrong_files
from core.exchange.uploads import MAPPING, WRONG
from core.i18n import _
from core.orm.env import Env


class Running(Protocol):
    """What the worker gives a job beside the Env."""

    def step(self, progress: int, total: int | None = None) -> None: ...


def remove_upload(arguments: Mapping[str, Any]) -> None:
    """The uploaded files of an import, whoever stands in them."""
    if arguments.get("folder"):
        shutil.rmtree(Path(arguments["folder"]), ignore_errors=True)


@job(_("Import"), attempts=1, forget=remove_upload)
def import_files(
    env: Env, run: Running, *, folder: str, name: str, trial: bool = False, all_or_nothing: bool = False
) -> dict[str, Any]:
    """Import an upload with the rights of who asked. Runs again after a crash: rows are found by their keys."""
    place = Path(folder)
    mapping = read_mapping(place / MAPPING, name)
    work = Import(env, mapping, place / "files", Wishes(trial=trial, all_or_nothing=all_or_nothing))
    report = work.run(step=run.step, total=work.total())
    sources = [source for _rule, source, _unused in work.sources]
    return {
        "title": mapping.title,
        "written": report.is_written,
        "counts": {action: report.count(action) for action in ACTIONS},
        "wrong": report.wrong,
        "summary": report.summary(lambda model: str(env.info(model).plural)),
        "files": [path.name for path in write_wrong_files(report, sources, place / WRONG)],
    }
