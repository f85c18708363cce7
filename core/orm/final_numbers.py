"""Numbers without gaps: a draft has a provisional number, the step that makes the document count draws the final one.

    number(_("Number"), sequence="crm_sales.order", final_in=(CONFIRMED, CLOSED))

Whether a number is provisional is told by the number itself, so a document that has a final one asks nothing and costs
nothing, whatever its rule says by now. A final number is drawn

    at creation     for rows that are made in a final state (imports, demonstration data)
    by a step       into a final state, for all its records at once and before its body: what the body makes and tells
                    names the document as it is called from now on
    by a write      of the state that no step has made (imports, work of the kernel), together with the state
    by code         that copies the number before it sets the state: `env.settle_numbers(records)`

The rule's row stays locked until the transaction ends. So numbers of one sequence are given one transaction after the
other, and one that is taken back leaves its numbers to the next. What has a final number stays: it is cancelled or
reversed, and neither deleted nor numbered anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, or_, select

from core.errors import StateForbids, UserError, ValidationFailed
from core.i18n import LazyString, _
from core.orm.audit_tables import audit
from core.orm.fields import Field
from core.orm.numbers import MARK, draw_numbers, is_provisional
from core.orm.pending import hold
from core.orm.tables import state_literal
from core.orm.taken_numbers import taken, untaken
from core.orm.trust import TRUSTED
from core.orm.values import Problems, raise_problems
from core.orm.write_plan import plan_of

if TYPE_CHECKING:
    from core.orm.column_types import State
    from core.orm.compose import Composition, ModelInfo
    from core.orm.env import Env
    from core.orm.pending import Pending


def sequences_with_drafts(composed: Composition, addons: Iterable[str]) -> frozenset[str]:
    """The sequences whose documents say when their number is final: their rules may be ones without gaps."""
    return frozenset(
        found.sequence for info in composed.models.values() for found in info.fields_for(frozenset(addons)).values()
        if found.final_in and found.sequence is not None
    )  # fmt: skip


Drawn = list[tuple[Field, list[dict[str, Any]]]]
"""Which numbers were given to which rows."""


def draw_for_new(env: Env, info: ModelInfo, rows: Sequence[dict[str, Any]]) -> Drawn:
    """Numbers of rows that are about to be made and bring none along."""
    found_rows: Drawn = []
    plan = plan_of(info, env.addons)
    _refuse_marks(info, plan.final_numbers, rows)
    for found in plan.numbers:
        without = [row for row in rows if not row.get(found.name)]
        groups: dict[bool, list[dict[str, Any]]] = {}
        for row in without:
            groups.setdefault(_is_draft(info, found, row), []).append(row)
        for for_drafts, group in groups.items():
            drawn = draw_numbers(env, str(found.sequence), len(group), for_drafts=for_drafts)
            for row, number in zip(group, drawn, strict=True):
                row[found.name] = number
            found_rows.append((found, group))
    return found_rows


def pass_over_taken(env: Env, info: ModelInfo, rows: Sequence[dict[str, Any]], drawn: Drawn) -> bool:
    """Other numbers for new rows whose own somebody else has; whether there were any. It is asked after the database
    has refused the rows: creation pays nothing for it.
    """
    is_changed = False
    for found, group in drawn:
        numbers, given = [row[found.name] for row in group], {id(row) for row in group}
        brought = {row[found.name] for row in rows if row.get(found.name) and id(row) not in given}
        if brought & set(numbers) or taken(env, info, found, numbers):
            others = untaken(env, info, found, str(found.sequence), numbers, brought)
            for row, number in zip(group, others, strict=True):
                row[found.name] = number
            is_changed = True
    return is_changed


def _is_draft(info: ModelInfo, found: Field, row: Mapping[str, Any]) -> bool:
    if not found.final_in or info.state_field is None:
        return False
    return state_literal(row.get(info.state_field.name, info.initial_state)) not in found.final_in


def _refuse_marks(info: ModelInfo, fields: Iterable[Field], rows: Sequence[Mapping[str, Any]]) -> None:
    """Only the kernel gives provisional numbers, or a final one might be drawn for somebody's own."""
    for found in fields:
        text = _("A number that begins with {mark} is provisional: please leave it empty.", mark=MARK)
        told: list[Problems] = [
            {found.name: [text]} if is_provisional(row.get(found.name)) else {} for row in rows
        ]
        raise_problems(told)


def settle_numbers(env: Env, records: Sequence[Any], state: State | None) -> dict[str, str]:
    """Let records that reach this state hold their final numbers, for all of them in one statement, as changes to be
    written. Gives the new numbers by the provisional ones.
    """
    drawn: dict[str, str] = {}
    if not records or state is None:
        return drawn
    info: ModelInfo = type(records[0]).__model_info__
    for found in plan_of(info, env.addons).final_numbers:
        due = [one for one in records if is_provisional(getattr(one, found.name))]
        if due and state.code in found.final_in:
            drawn |= _draw(env, info, found, due)
    return drawn


def settle_now(env: Env, records: Sequence[Any], state: State) -> None:
    """The same, written at once."""
    info: ModelInfo | None = type(records[0]).__model_info__ if records else None
    fields = plan_of(info, env.addons).final_numbers if info is not None else ()
    if any(is_provisional(getattr(one, found.name)) for found in fields for one in records):
        with env.granting(records, "number"):
            settle_numbers(env, records, state)


def _draw(env: Env, info: ModelInfo, found: Field, due: Sequence[Any]) -> dict[str, str]:
    sequence = str(found.sequence)
    numbers = untaken(env, info, found, sequence, draw_numbers(env, sequence, len(due)))
    drawn = {}
    for one, number in zip(due, numbers, strict=True):
        drawn[getattr(one, found.name)] = number
        hold(info, one, found, number)
    return drawn


def settle_pending(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    """Final numbers for records whose state is now a final one, whatever set it; and a final number is kept."""
    if info.state_field is None:
        return
    for found in plan_of(info, env.addons).final_numbers:
        _refuse_losing(env, info, found, pending)
        due = [
            one for one in sorted(pending, key=lambda one: one.record.id)
            if is_provisional(getattr(one.record, found.name))
            and state_literal(getattr(one.record, info.state_field.name)) in found.final_in
        ]  # fmt: skip
        if due:
            before = [getattr(one.record, found.name) for one in due]
            _draw(env, info, found, [one.record for one in due])
            for one, old in zip(due, before, strict=True):
                one.values[found.name] = (old, getattr(one.record, found.name))


def _refuse_losing(env: Env, info: ModelInfo, found: Field, pending: Sequence[Pending]) -> None:
    changed = [(one, *one.values[found.name]) for one in pending if found.name in one.values]
    _refuse_marks(info, [found], [{found.name: new} for _one, _old, new in changed])
    kept = [(one, old) for one, old, _new in changed if old and not is_provisional(old)]
    if kept and kept_numbers(env, info, found, [one.record.id for one, _old in kept]):
        raise StateForbids(
            _(
                "The number {number} is final: its series has no gaps, and it is not changed.",
                number=kept[0][1],
            )
        )


def refuse_numbered(env: Env, info: ModelInfo, ids: Iterable[int]) -> None:
    """Refuse to delete what has a final number of a series without gaps. A draft from before the series was one goes:
    it was never given out.
    """
    for found in plan_of(info, env.addons).final_numbers:
        numbers = kept_numbers(env, info, found, ids)
        if numbers:
            raise StateForbids(
                _("{numbers}: the number is final and its series has no gaps. Such a document is cancelled or "
                  "reversed, not deleted.", numbers=numbers)
            )  # fmt: skip


def kept_numbers(env: Env, info: ModelInfo, found: Field, ids: Iterable[int]) -> list[str]:
    """Some of the numbers that these records must not lose: they count, or did, and their rule is one without gaps."""
    assert info.state_field is not None
    rule, cls = env.composition.models["base.numbering"].cls, info.cls
    number, states = getattr(cls, found.name), sorted(found.final_in)
    told = (audit.c.company_id == cls.company_id, audit.c.model == info.key, audit.c.record_id == cls.id)
    counted = exists().where(*told, or_(
        audit.c.changes[info.state_field.name]["n"].astext.in_(states),
        audit.c.changes[found.name]["o"].astext.startswith(MARK, autoescape=True),
    ))  # fmt: skip
    statement = select(number).where(
        cls.id.in_(list(ids)), number.not_like(f"{MARK}%"),
        exists().where(and_(
            rule.company_id == cls.company_id, rule.sequence == found.sequence, rule.without_gaps,
            rule.deleted_at.is_(None),
        )),
        or_(getattr(cls, info.state_field.name).in_([info.states[one] for one in states]), counted),
    )  # fmt: skip
    return list(env.session.scalars(statement.order_by(number).limit(3), execution_options=TRUSTED))


@contextmanager
def told_as_before(drawn: Mapping[str, str]) -> Iterator[None]:
    """A refused step takes its numbers back: the refusal names the records as they are called without it."""
    try:
        yield
    except UserError as refusal:
        if drawn:
            before = {new: old for old, new in drawn.items()}
            refusal.message = _renamed(refusal.message, before)
            refusal.args = (refusal.message,)
            if isinstance(refusal, ValidationFailed):
                for told in chain([refusal.problems], refusal.rows.values()):
                    told.update(
                        {name: [_renamed(text, before) for text in texts] for name, texts in told.items()}
                    )
        raise


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list | tuple):
        return type(value)(_renamed(one, names) for one in value)
    if isinstance(value, LazyString) and value.args:
        return value.format(**{name: _renamed(one, names) for name, one in value.args.items()})
    return value
