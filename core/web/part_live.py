"""What follows from a form that is not saved: proposals for what nobody has typed, computed cells and totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field
from core.orm.part_lists import PartList, part_list_of
from core.orm.preview import previewed
from core.orm.proposals import Proposal, answered, enabled, values_of
from core.orm.values import convert_all
from core.views.effective import EffectiveForm
from core.web.part_form import PartForm
from core.web.part_rows import PartRow
from core.web.whole_form import WholeForm
from core.web.widgets.cell import Cells, Place

Values = dict[str, Any]
WHOLE: Final = ""


def known_values(env: Env, info: ModelInfo, form: WholeForm, record: Any) -> Values:
    """What the record would hold if the form were saved now, as far as it can be read."""
    stored = values_of(info, record) if record is not None else {}
    return {"id": getattr(record, "id", None), **stored, **_ready(env, info, form.known())}


def _ready(env: Env, info: ModelInfo, values: Mapping[str, Any]) -> Values:
    known = {name: value for name, value in values.items() if name in info.fields}
    return convert_all(info, known, env.language, {})


def pick(env: Env, info: ModelInfo, form: WholeForm, record: Any) -> None:
    """Put together what is chosen in the rows; what is offered there follows from their other values."""
    for parts in form.lists.values():
        rows = [row for row in parts.rows if not row.removed]
        for name, one in parts.block.picking.items():
            asking = [row for row in rows if name in row.cells]
            if not asking:
                continue
            known = [_ready(env, parts.block.model, row.known()) for row in asking]
            sent = [row.chosen.get(name) for row in asking]
            found = one.function(env, known_values(env, info, form, record), known, sent)
            for row, picked in zip(asking, found, strict=True):
                row.hold_picked(name, picked)


def propose(env: Env, info: ModelInfo, form: WholeForm, record: Any) -> None:
    """Fill what nobody has typed: first of the record, then of the rows of each list."""
    pick(env, info, form, record)
    before = values_of(info, record) if record is not None else {}
    for one in enabled(env, info):
        known = known_values(env, info, form, record)
        if record is not None and not _differs(one.own, before, known):
            continue
        wanted = frozenset(name for name in form.proposable() if form.is_open(name))
        (values,) = answered(env, one, {}, [known], [wanted])
        for name, value in values.items():
            form.fill(name, value)
    known = known_values(env, info, form, record)
    for parts in form.lists.values():
        asked = set[int]()
        for one in enabled(env, parts.block.model):
            is_new = record is None or _differs(one.of_whole, before, known)
            asked |= _propose_rows(env, one, parts, known, is_new)
        for row in parts.kept():
            if row.place not in asked and row.key is not None:
                row.take_back()


def _propose_rows(env: Env, one: Proposal, parts: PartForm, whole: Values, is_new: bool) -> set[int]:
    """Fill the rows for which something may have changed; gives their places."""
    info = parts.block.model
    asking: list[tuple[PartRow, Values]] = []
    wanted: list[frozenset[str]] = []
    chosen = parts.block.picking.keys()
    told = {
        one.name for one in parts.block.columns if one.readonly and one.field.is_stored
    } - parts.fields.keys()
    asked: set[int] = set()
    for row in parts.kept():
        known = _ready(env, info, row.known())
        names: set[str] = set()
        if row.key is None or is_new or _differs(one.own, row.stored, known):
            names = {name for name in row.cells.keys() - chosen if row.is_open(name)}
            asked.add(row.place)
        elif not (told and any(map(row.touched, row.cells))):
            continue
        asking.append((row, known))
        wanted.append(frozenset(names | told))
    found = answered(env, one, whole, [known for _row, known in asking], wanted) if asking else []
    for (row, _known), values in zip(asking, found, strict=True):
        row.told |= {name: value for name, value in values.items() if name in told}
        for name in values.keys() - told:
            row.fill(name, values[name])
    return asked


def _differs(names: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(before.get(name) != after.get(name) for name in names)


def recognise(env: Env, info: ModelInfo, form: WholeForm, record: Any) -> None:
    """Mark the cells of stored rows that hold what is proposed: they follow when something else is chosen."""
    whole = known_values(env, info, form, record)
    for parts in form.lists.values():
        rows = [row for row in parts.rows if row.key is not None]
        known = [_ready(env, parts.block.model, row.known()) for row in rows]
        for one in enabled(env, parts.block.model) if rows else ():
            names = frozenset(parts.fields)
            for row, values, had in zip(
                rows, answered(env, one, whole, [_without(k, names - one.own) for k in known], [names] * len(rows)),
                known, strict=True,
            ):  # fmt: skip
                for name in row.cells.keys() & values.keys():
                    if _ready(env, parts.block.model, {name: values[name]}).get(name) == had.get(name):
                        row.proposed[name] = row.cells[name].digest()


def _without(values: Mapping[str, Any], names: frozenset[str]) -> Values:
    """The values of a row before anything was proposed for it."""
    return {name: None if name in names else value for name, value in values.items()}


def show_computed(
    env: Env, info: ModelInfo, view: EffectiveForm, form: WholeForm, record: Any, place: Place
) -> None:
    """Work out what is computed, and write it into the rows and the form as cells show it."""
    lists = list(form.lists.values())
    rows = [[row for row in one.rows if not row.removed] for one in lists]
    given = [
        (_list_of(info, one), [_ready(env, one.block.model, row.known()) for row in some])
        for one, some in zip(lists, rows, strict=True)
    ]
    whole = known_values(env, info, form, record)
    found, parts = previewed(env, info, {k: v for k, v in whole.items() if k != "id"}, given)
    for one, some, records in zip(lists, rows, parts, strict=True):
        shown = [shown.field for shown in one.block.columns if shown.name not in one.fields]
        for row, values in zip(some, written(env, shown, records, place), strict=True):
            row.outs = values
    names = {*(total.name for one in lists for total in one.block.totals), *_computed(info, view)}
    (form.outs,) = written(env, [info.fields[name] for name in sorted(names)], [found], place)


def _list_of(info: ModelInfo, one: PartForm) -> PartList:
    found = part_list_of(info, one.block.field)
    assert found is not None  # the view was checked
    return found


def _computed(info: ModelInfo, view: EffectiveForm) -> set[str]:
    """Fields of the record that the form shows and that follow from others."""
    return {name for name, shown in view.fields.items() if shown.readonly and info.fields[name].is_computed
            and info.fields[name].is_stored}  # fmt: skip


def written(env: Env, fields: Sequence[Field], records: Sequence[Any], place: Place) -> list[dict[str, Any]]:
    """Values of records that are in no session, as the cells of a list show them."""
    if not fields:
        return [{} for _record in records]
    cells = Cells(fields, place)
    model = env.composition.models[fields[0].model_key].fields
    wanted: dict[str, set[int]] = {}
    for name in cells.names:
        if model[name].kind in TO_ONE:
            ids = {getattr(record, model[name].attribute) for record in records} - {None}
            wanted.setdefault(str(model[name].target_key), set()).update(ids)
    labels = env.labels_of(wanted) if wanted else {}
    found = []
    for record in records:
        row: list[Any] = [0, 0]
        for name in cells.names:
            value = getattr(record, model[name].attribute)
            row.append(value)
            if model[name].kind in TO_ONE:
                row.append(labels.get((str(model[name].target_key), value)))
        found.append(dict(cells.write(tuple(row))))
    return found
