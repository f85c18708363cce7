"""What the journal tells people: the operation that runs on the deployment, and what was done with an addon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from core.i18n import LazyString, _
from core.lifecycle.addon_overview import addons_there
from core.lifecycle.carrying_out import is_about
from core.lifecycle.journal import LOCK
from core.lifecycle.lock_holder import holder_of
from core.orm.env import Env
from core.orm.kernel_tables import journal
from core.orm.trust import TRUSTED

KINDS: Final[dict[str, LazyString]] = {
    "initialise": _("Set up"), "install": _("Install"), "upgrade": _("Upgrade"), "remove": _("Remove"),
    "restore": _("Restore"), "purge": _("Purge"), "empty": _("Empty"), "enable": _("Switch on"),
    "disable": _("Switch off"), "read_archive": _("Read an archive"),
}  # fmt: skip
STATES: Final[dict[str, LazyString]] = {
    "running": _("Running"), "done": _("Done"), "failed": _("Failed"), "rolled_back": _("Taken back"),
}  # fmt: skip
STEPS: Final[dict[str, LazyString]] = {
    "begin": _("It begins."),
    "catalogue": _("Tables, columns and shipped data are made."),
    "finishing": _("Indexes are built, and older rows are checked. People can work meanwhile."),
    "relaxing": _("What binds the others to the addon is loosened."),
    "leaving": _("Processes that still have the addon make way for new ones."),
    "aside": _("The data are set aside."),
    "returning": _("The data return to their place."),
    "archiving": _("The archive is written."),
    "purging": _("The data are deleted."),
    "clearing": _("Its rows in tables of the kernel are deleted. People can work meanwhile."),
    "reading": _("The archive is read back."),
}  # fmt: skip
SHOWN: Final = 20


@dataclass(frozen=True)
class Doing:
    """One entry of the journal, in words."""

    kind: LazyString | str
    addons: list[LazyString | str]
    state: LazyString | str
    step: LazyString | str
    by: str
    started: datetime
    finished: datetime | None
    error: str
    is_at_work: bool = False
    """Whether its process is alive: the server holds its lock. Else the next operation, or start, takes it up."""


def operation_now(env: Env) -> Doing | None:
    """The operation that has not ended, if there is one."""
    newest = select(journal).where(journal.c.state == "running").order_by(journal.c.id.desc()).limit(1)
    row = env.session.execute(newest, execution_options=TRUSTED).first()
    if row is None:
        return None
    holder = holder_of(env.session, LOCK)
    return _doing(env, row, is_at_work=holder is not None and holder.backend == row.backend)


def history_of(env: Env, addon: str, *, everything: bool = False) -> tuple[list[Doing], bool]:
    """What was done with an addon, the newest first; and whether there is more."""
    wanted = select(journal).where(is_about(addon)).order_by(journal.c.id.desc())
    rows = env.session.execute(
        wanted if everything else wanted.limit(SHOWN + 1), execution_options=TRUSTED
    ).all()
    shown = rows if everything else rows[:SHOWN]
    return [_doing(env, row) for row in shown], len(rows) > len(shown)


def _doing(env: Env, row: Any, *, is_at_work: bool = False) -> Doing:
    titles = {name: one.title or name for name, one in addons_there(env).items()}
    addons = [titles.get(name, name) for name in row.addons.split(", ")]
    detail: Mapping[str, Any] = row.detail or {}
    return Doing(
        KINDS.get(row.kind, row.kind), addons, STATES.get(row.state, row.state),
        STEPS.get(row.step, row.step), row.by, row.started, row.finished, str(detail.get("error", "")), is_at_work,
    )  # fmt: skip
