"""A hand-over from its plan to its report: counted, checked, carried out, taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.api import (
    Conflict,
    Env,
    LazyString,
    ValidationFailed,
    _,
    _n,
    enqueue,
    key_of,
    translations,
)  # fmt: skip
from core.lifecycle.handing_over import Kind, hand_over, kind_of, obstacles, refused, tallies
from core.lifecycle.handing_over import take_back as give_back

AT_ONCE: Final = 500
"""More records than that go in a job."""
NAMED: Final = 5
LINE: Final = "base.hand_over_line"
Step = Callable[[int], None]


@dataclass(frozen=True)
class Part:
    """One line with the kind it means and who gets it."""

    line: Any
    kind: Kind
    successor: int


def lines_of(env: Env, record: Any) -> list[Any]:
    """The lines of a hand-over in their order."""
    line = env.info(LINE).cls
    return env.search(LINE, line.hand_over_id == record.id, order="id", limit=500)


def is_large(env: Env, record: Any) -> bool:
    """Whether it is too much for one click."""
    number: int = sum(one.moved or one.open for one in lines_of(env, record) if not one.stays)
    return number > AT_ONCE


def count_lines(env: Env, record: Any) -> None:
    """Bring the lines up to date; what was chosen for a kind stays."""
    system, known = env.sudo(_("What is to be handed over.")), {one.key: one for one in lines_of(env, record)}
    for tally in tallies(env, key_of(record, "giver") or 0):
        line = known.pop(tally.kind.key, None)
        counts: dict[str, Any] = {"open": tally.open, "closed": tally.closed}
        if line is None:
            kind = {"kind": translations(tally.kind.label), "key": tally.kind.key}
            system.create(LINE, hand_over=record.id, **kind, **counts)
        else:
            system.write(line, **counts)
    if known:
        system.delete(list(known.values()))


def ask_for_job(env: Env, record: Any) -> None:
    """Have the worker do it; the plan has to be right already."""
    from core.base.jobs import hand_over_records

    parts_of(env, record)
    enqueue(env, hand_over_records, unique_key=f"hand-over {record.id}", hand_over=record.id)


def parts_of(env: Env, record: Any) -> list[Part]:
    """What goes to whom. Raises `ValidationFailed` where a successor is missing or could not work with it."""
    found = []
    giver, otherwise = key_of(record, "giver"), key_of(record, "successor")
    for line in lines_of(env, record):
        kind = kind_of(env, line.key)
        if line.stays or kind is None or not line.open:
            continue
        successor = key_of(line, "successor") or otherwise
        if successor is None:
            raise _at_successor(_("Please choose who gets: {kind}.", kind=kind.label))
        if successor == giver:
            raise _at_successor(_("Who hands over cannot be the successor."))
        found.append(Part(line, kind, successor))
    if not found:
        raise _at_successor(_("There is nothing to hand over."))
    _check_successors(env, found)
    return found


def carry_out(env: Env, record: Any, step: Step | None = None) -> None:
    """Give everything away in this transaction, note it in the lines, and tell the successors."""
    count_lines(env, record)
    giver, giver_name = key_of(record, "giver") or 0, record.giver.name
    system = env.sudo(_("Hand-over {code} of {name}", code=record.code, name=giver_name))
    told: dict[int, int] = {}
    for part in parts_of(env, record):
        number = hand_over(system, part.kind, giver, part.successor, step)
        system.write(part.line, moved=number, successor=part.successor)
        told[part.successor] = told.get(part.successor, 0) + number
    record.moved, record.moved_at, record.request = sum(told.values()), env.now, env.request_id
    for successor, number in told.items():
        text = _n(
            "{n} record of {name} is yours now.",
            "{n} records of {name} are yours now.",
            number,
            name=giver_name,
        )
        env.notify([successor], text, record)


def take_back(env: Env, record: Any, step: Step | None = None) -> None:
    """Give everything back, or nothing where some of it has been changed since."""
    giver = key_of(record, "giver") or 0
    system = env.sudo(_("Hand-over {code} undone", code=record.code))
    moved = [(line, kind_of(env, line.key)) for line in lines_of(env, record) if line.moved]
    if any(kind is None for _line, kind in moved):
        raise Conflict(
            (), _("An addon whose records were handed over is switched off. Switch it on to undo this.")
        )
    parts = [Part(line, kind, key_of(line, "successor") or 0) for line, kind in moved if kind is not None]
    _refuse_changed(env, record, parts)
    for part in parts:
        give_back(system, part.kind, record.request, record.moved_at, part.successor, giver, step)
    text = _("The hand-over {code} has been undone.", code=record.code)
    env.notify({part.successor for part in parts}, text, record)


def _refuse_changed(env: Env, record: Any, parts: Sequence[Part]) -> None:
    reasons: list[str] = []
    for part in parts:
        number, first = obstacles(
            env, part.kind, record.request, record.moved_at, part.successor, limit=NAMED
        )
        if number:
            labels = env.sudo(_("What has been changed since a hand-over.")).labels(part.kind.info.key, first)
            names = ", ".join(labels.get(key, f"#{key}") for key in first) + (
                " …" if number > len(first) else ""
            )
            reasons.append(f"{part.kind.label}: {names} ({number})")
    if reasons:
        text = _("Some records went on, were closed or deleted since, so nothing goes back. {records}",
                 records="; ".join(reasons))  # fmt: skip
        raise Conflict((), text)


def _check_successors(env: Env, parts: Sequence[Part]) -> None:
    wanted: dict[int, list[Kind]] = {}
    for part in parts:
        wanted.setdefault(part.successor, []).append(part.kind)
    names = env.user_names(wanted)
    for successor, kinds in wanted.items():
        missing = refused(env, successor, kinds)
        if missing is None:
            raise _at_successor(_("{name} does not work in this company.", name=names.get(successor, "")))
        if missing:
            said = _(
                "{name} has no right to work with: {kinds}. Open the line to choose somebody else, or to let it stay.",
                name=names.get(successor, ""), kinds=[kind.label for kind in missing],
            )  # fmt: skip
            raise _at_successor(said)


def _at_successor(problem: LazyString) -> ValidationFailed:
    return ValidationFailed.at("successor", problem)
