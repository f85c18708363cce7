"""The pipeline of a change: rights, hooks, checks, what follows from it, rows, links, audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from core.errors import AccessDenied, BadRequest, ValidationFailed
from core.i18n import _
from core.orm.among import check_fitting
from core.orm.bulk import row_text
from core.orm.derived import add_grams, add_sort_keys, computed_order, computed_values, recompute_dependants
from core.orm.final_numbers import settle_pending
from core.orm.guards import StaleRecord, assignable, check_rows, check_states, check_targets, lost
from core.orm.history import fresh_salts, told_values
from core.orm.links import plan_links, store_links
from core.orm.pending import Pending, changes_of, discard, hold, next_batch, settle, take_links
from core.orm.proposals import values_of
from core.orm.recording import update_told
from core.orm.savepoints import undoable
from core.orm.totals import Wholes, hold_wholes, pointed_to, refresh_totals
from core.orm.uniques import explain_duplicates
from core.orm.values import Problems, check_row, convert_all, raise_problems
from core.orm.write_plan import is_kernels, plan_of

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env
    from core.orm.fields import Field
    from core.orm.write_plan import WritePlan

MOST_ROUNDS: Final = 100


def flush_records(env: Env, operation: str) -> None:
    """Write everything that changed on loaded records, model by model, until hooks leave nothing more.

    A refusal takes every change back that is not written yet. What was written before it is for the caller's
    transaction, or `attempts.attempt`, to take back.
    """
    try:
        for _round in range(MOST_ROUNDS):
            batch = next_batch(env)
            if batch is None:
                return
            info, records = batch
            with env.unit.writing(records):
                _write_batch(env, info, [changes_of(env, info, record) for record in records], operation)
        raise RuntimeError(f"hooks keep changing records: more than {MOST_ROUNDS} rounds")
    except BaseException:
        discard(env)
        raise


def _write_batch(env: Env, info: ModelInfo, pending: list[Pending], operation: str) -> None:
    check_rows(env, info, pending)
    if env.listens("before_write", info):
        env.announce(
            "before_write", info, records=[p.record for p in pending], values=[p.new for p in pending]
        )
        pending = [changes_of(env, info, one.record) for one in pending]
        check_states(env, info, pending)
    _validate(env, info, pending)
    plan = plan_links(env, info, pending)
    pending = _really_changed(env, pending)
    if not pending:
        return
    settle_pending(env, info, pending)
    for is_granted in (False, True):
        asked = [one for one in pending if env.is_granted(one.record) is is_granted]
        with _naming([one.record for one in asked]):
            check_targets(env, info, [one.new for one in asked], anything_there=is_granted)
            if not is_granted and any(one.among is not None for one in info.relations):
                whole = [values_of(info, one.record) | one.new for one in asked]
                check_fitting(env, info, whole, [one.new for one in asked])
    left = _hold_wholes(env, info, pending)
    _compute(env, info, pending)
    may_go = assignable(env, info, pending)
    with undoable(env) if may_go is not None else nullcontext():
        _store(env, info, operation, pending)
        if may_go is not None and lost(env, info, pending) - may_go:
            raise AccessDenied(_("You may not give this record away."))
    store_links(env, info, plan)
    for one in pending:
        _settle(env, info, one)
    names = {name for p in pending for name in p.values}
    recompute_dependants(env, info, [p.record.id for p in pending], names, left=left)
    env.announce(
        "after_write", info, records=[p.record for p in pending], changes=[_told(p) for p in pending]
    )


def _really_changed(env: Env, pending: Sequence[Pending]) -> list[Pending]:
    """Without the records that are as they were: hooks took changes back, or values only looked different."""
    for one in pending:
        if not one:
            take_links(env, one.record)
            settle(one.record)
    return [one for one in pending if one]


def _validate(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    """Values in their stored form, also on the record, so that computed fields see what the row will hold."""
    found: list[Problems] = [{} for _one in pending]
    plan = plan_of(info, env.addons)
    for one, problems in zip(pending, found, strict=True):
        for name in one.values:
            if is_kernels(info.fields[name]):
                raise BadRequest(_("{name} cannot be changed here.", name=info.fields[name].label))
        ready = convert_all(info, one.new, env.language, problems)
        check_row(info, ready, [plan.checked[name] for name in ready if name in plan.checked], problems)
        one.links = {name: ready[name] or [] for name in one.links if name in ready}
        for name in [name for name in one.values if name in ready]:
            old = one.values[name][0]
            hold(info, one.record, info.fields[name], ready[name])
            one.values[name] = (old, ready[name])
            if old == ready[name]:
                del one.values[name]
        _ask_for_what_is_missing(env, plan, one, problems)
    with _naming([one.record for one in pending]):
        raise_problems(found)


@contextmanager
def _naming(records: Sequence[Any]) -> Iterator[None]:
    """A refusal that knows the place among several records names the record."""
    try:
        yield
    except ValidationFailed as refusal:
        if refusal.row is not None and refusal.refused_at is None:
            refusal.refused_at = records[refusal.row]
        raise


def _ask_for_what_is_missing(env: Env, plan: WritePlan, one: Pending, problems: Problems) -> None:
    """An edit by a person completes what an import left out; steps and other writes leave it as it is."""
    if env.channel != "page" or env.is_granted(one.record):
        return
    for found in plan.asked:
        if found.name not in one.values and getattr(one.record, found.attribute) is None:
            problems.setdefault(found.name, []).append(_("{name} is required.", name=found.label))


def _hold_wholes(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> Wholes:
    """Lock the records whose totals follow from these changes; gives those that were left by them."""
    names = {name for one in pending for name in one.values}
    names |= {field.name for field in computed_order(info, names)} if info.totals else set()
    if not any(one.names & names for one in info.totals):
        return {}
    left = pointed_to(info, [{name: old for name, (old, _new) in one.values.items()} for one in pending])
    now = pointed_to(info, [
        {total.back.name: getattr(one.record, total.back.attribute) for total in info.totals} for one in pending
    ])  # fmt: skip
    hold_wholes(env, info, {name: ids | left[name] for name, ids in now.items()})
    return left


def _compute(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    """New values of computed fields. Those that follow from other records are written even where they look unchanged:
    somebody else may have written them since the record was read, which its version does not tell.
    """
    fields = computed_order(info, {name for p in pending for name in p.values})
    totals = [name for name in info.own_totals if any(name in field.depends for field in fields)]
    if totals:
        refresh_totals(env, info, [one.record for one in pending], totals)
    following = _following_others(fields, totals)
    for one, values in zip(
        pending, computed_values(env, info, fields, [p.record for p in pending]), strict=True
    ):
        for name, (old, new) in values.items():
            if old != new or name in following:
                one.values[name] = (old, new)


def _following_others(fields: Sequence[Field], totals: Sequence[str]) -> set[str]:
    """The fields, given in the order of their dependence, that depend on other records, also by way of each other."""
    found = set(totals)
    for field in fields:
        if any("." in path or path in found for path in field.depends):
            found.add(field.name)
    return found


def _told(one: Pending) -> dict[str, tuple[Any, Any]]:
    """What hooks hear of: the values that are other ones now."""
    return {name: pair for name, pair in one.values.items() if pair[0] != pair[1]}


def _store(env: Env, info: ModelInfo, operation: str, pending: Sequence[Pending]) -> None:
    """Rows and audit, one statement for each set of columns that changed together."""
    batches: dict[tuple[str, ...], dict[int, str]] = {}
    salts = fresh_salts(sum(len(one.values) for one in pending))
    for one in sorted(pending, key=lambda one: one.record.id):
        row = _columns(info, one)
        told = {name: pair for name, pair in one.values.items() if not info.fields[name].is_computed}
        text = row_text({**row, "_id": one.record.id, "_v": one.record.version})
        texts = batches.setdefault(tuple(sorted(row)), {})
        texts[one.record.id] = f"{text[:-1]},{told_values(told, info.secrets, salts)}}}"
    rows = [(one.record, one.values) for one in pending]
    with _naming([one.record for one in pending]), explain_duplicates(env, info, rows):
        for columns, texts in batches.items():
            written = update_told(env, info, operation, columns, list(texts.values()))
            if missing := texts.keys() - written:
                raise StaleRecord(f"{info.key}: {sorted(missing)[:5]} changed meanwhile")


def _columns(info: ModelInfo, one: Pending) -> dict[str, Any]:
    """What of the row is written: changed values, and the columns that follow from them."""
    row: dict[str, Any] = {
        info.fields[name].column_name: new
        for name, (_old, new) in one.values.items()
        if info.fields[name].is_stored
    }
    add_sort_keys(info, one.values, one.new, row)
    searched = info.searched_names & one.values.keys()
    if searched:
        whole = {name: getattr(one.record, name) for name in info.searched_names}
        add_grams(info, [whole | {name: one.values[name][1] for name in searched}], [row])
    return row


def _settle(env: Env, info: ModelInfo, one: Pending) -> None:
    written: dict[str, Any] = {
        "version": one.record.version + 1,
        "changed_at": env.now,
        "changed_by_id": env.user_id,
    }
    for name, (_old, new) in one.values.items():
        found = info.fields[name]
        if found.is_stored:
            written[found.attribute] = info.states.get(new, new) if found.kind == "state" else new
        else:
            one.record.__dict__.pop(name, None)
    take_links(env, one.record)
    settle(one.record, written)
