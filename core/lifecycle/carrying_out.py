"""How wishes for the deployment are carried out: by one runner at a time, each step in a process with a time limit.

The runner is a process of its own (`keyuan wishes`), which a worker starts and does not wait for: an operation makes
way for the next generation, and the worker with it. What it knows is in the database, so that the next runner goes on
where a killed one ended: nothing had begun, then it begins; an operation was interrupted, then the journal tells what
became of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Engine, any_, case, func, literal, select, text, update

from core.i18n import LazyString, _
from core.lifecycle.plans.life_plan import LifePlan, words_as_json
from core.lifecycle.wishes import OPERATIONS, WAITING
from core.modules.manifest import KERNEL, name_problem
from core.orm.kernel_tables import addon_request, journal

log = structlog.get_logger("keyuan.wishes")
LOCK: Final = 0x6B657977697368
"""The key of the runner's lock: "keywish" in ASCII."""
PLAN_SECONDS: Final = 120.0
OPERATION_SECONDS: Final = 3600.0
"""An operation that takes longer is ended, and taken up again from its last step by the next one."""
_TRIES: Final = 2
_ENDED_WELL: Final = ("done", "running")
"""Of an entry of the journal once it is settled; what still runs then only waits for processes to make way."""
_INTERRUPTED: Final = _("The process that did it ended twice before it was done. Nothing is half done.")


@dataclass(frozen=True)
class Answer:
    """What a command said. `code` is None for one that was ended or took too long."""

    code: int | None
    said: Mapping[str, Any]
    errors: str = ""


Command = Callable[[Sequence[str], float], Answer]
"""Runs `keyuan addon` with these words for at most so many seconds."""


def carry_out_all(owner_engine: Engine, command: Command, settle: Callable[[], object]) -> int:
    """Do what is wished for until nothing is left; 0 at once where another runner is at it. Gives how many.

    `settle` has an interrupted operation completed or closed.
    """
    with owner_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar_one():
            return 0
        done = 0
        while (wish := _next(connection)) is not None:
            _carry_out(connection, wish, command, settle)
            done += 1
        return done


def _next(connection: Connection) -> Any:
    """What was interrupted first, then what is confirmed, then plans."""
    urgency = case({"running": 0, "confirmed": 1}, value=addon_request.c.state, else_=2)
    waiting = select(addon_request).where(addon_request.c.state.in_(WAITING))
    return connection.execute(waiting.order_by(urgency, addon_request.c.id).limit(1)).first()


def _carry_out(connection: Connection, wish: Any, command: Command, settle: Callable[[], object]) -> None:
    try:
        if wish.kind not in OPERATIONS or name_problem(wish.addon) is not None:
            _failed(connection, wish, Answer(None, {}, "no page of ours asks for this"))
        elif wish.state == "asked":
            _plan(connection, wish, command)
        elif wish.state == "confirmed":
            _operate(connection, wish, command, settle)
        else:
            _take_up(connection, wish, settle)
    except Exception as error:
        log.exception("wish %s cannot be carried out", wish.id)
        _failed(connection, wish, Answer(None, {}, str(error)))


def _words(connection: Connection, wish: Any) -> list[str]:
    """The addon, and the company by its code."""
    if wish.company_id is None:
        return [wish.addon]
    code = text("select code from base.company where id = :id")
    return [wish.addon, "--company", connection.execute(code, {"id": wish.company_id}).scalar_one()]


def _plan(connection: Connection, wish: Any, command: Command) -> None:
    answer = command(["plan", wish.kind, *_words(connection, wish), "--json"], PLAN_SECONDS)
    if answer.code == 0 and answer.said:
        _planned(connection, wish, answer.said, {})
    else:
        _failed(connection, wish, answer)


def _planned(connection: Connection, wish: Any, said: Mapping[str, Any], outcome: dict[str, Any]) -> None:
    plan = LifePlan.from_json(said)
    _set(connection, wish, "planned", plan=plan.as_json(), digest=plan.digest, outcome=outcome or None)


def _operate(connection: Connection, wish: Any, command: Command, settle: Callable[[], object]) -> None:
    begun = {"attempts": (wish.outcome or {}).get("attempts", 0) + 1}
    if not _set(connection, wish, "running", outcome=begun):
        return
    words = [
        wish.kind,
        *_words(connection, wish),
        "--yes",
        "--plan-digest",
        wish.digest,
        "--by",
        wish.by_name,
    ]
    if wish.kind == "purge":
        words += ["--name", wish.addon]
    answer = command([*words, "--json"], OPERATION_SECONDS)
    wish = connection.execute(select(addon_request).where(addon_request.c.id == wish.id)).one()
    if answer.code is None or answer.code < 0:
        _take_up(connection, wish, settle)
    elif answer.code == 0:
        _set(connection, wish, "done", outcome=dict(answer.said))
    elif "digest" in answer.said:
        _planned(connection, wish, answer.said, {"changed": True})
    else:
        _failed(connection, wish, answer)


def _take_up(connection: Connection, wish: Any, settle: Callable[[], object]) -> None:
    """The process is gone. The journal tells whether it had begun, and how it ends once it is settled."""
    settle()
    own = (journal.c.kind == wish.kind, journal.c.by == wish.by_name, journal.c.started >= wish.changed_at)
    about = is_about(KERNEL if wish.kind == "upgrade" else wish.addon)
    found = connection.execute(
        select(journal).where(*own, about).order_by(journal.c.id.desc()).limit(1)
    ).first()
    attempts = (wish.outcome or {}).get("attempts", 1)
    if found is not None and found.state in _ENDED_WELL:
        _set(connection, wish, "done", outcome={"taken_up": True})
    elif found is not None and found.state == "failed":
        _failed(connection, wish, Answer(1, {}, str((found.detail or {}).get("error", ""))))
    elif attempts < _TRIES:
        _set(connection, wish, "confirmed", outcome={"attempts": attempts})
    else:
        _failed(connection, wish, Answer(None, {"error": _INTERRUPTED.as_json()}))


def is_about(addon: str) -> Any:
    """Whether an entry of the journal is about this addon."""
    return literal(addon) == any_(func.string_to_array(journal.c.addons, ", "))


def _failed(connection: Connection, wish: Any, answer: Answer) -> None:
    """The sentence for people; under its id the log has all that was said."""
    key = secrets.token_hex(4)
    log.error("wish failed", id=key, wish=wish.id, kind=wish.kind, addon=wish.addon, code=answer.code,
              said=answer.errors[-8000:])  # fmt: skip
    _set(connection, wish, "failed", outcome={"error": answer.said.get("error") or _told(answer), "id": key})


def _told(answer: Answer) -> Any:
    """A refusal is one line that begins with our name; everything else is for the log."""
    lines = [line for line in answer.errors.splitlines() if line.strip()]
    told = next((line.removeprefix("keyuan: ") for line in lines if line.startswith("keyuan: ")), None)
    if told is None and answer.code == 1 and len(lines) == 1:
        told = lines[0]
    if told is not None and "Traceback" not in answer.errors:
        return told
    words: LazyString = _(
        "It failed because of a fault of the system. Nothing is half done; the log tells why."
    )
    return words_as_json(words)


def _set(connection: Connection, wish: Any, state: str, **values: Any) -> bool:
    """False where somebody has dropped it meanwhile."""
    moved = update(addon_request).where(addon_request.c.id == wish.id, addon_request.c.state == wish.state)
    values = {"state": state, "changed_at": func.now(), **values}
    return connection.execute(moved.values(values).returning(addon_request.c.id)).first() is not None
