"""Creating records: a batch goes through rights, hooks, checks, numbers and audit with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import AccessDenied, ValidationFailed
from core.i18n import _
from core.orm.among import check_fitting
from core.orm.bulk import NULL, given_ids, json_text
from core.orm.derived import computed_order, computed_values, searched_texts, total_up, transient
from core.orm.final_numbers import draw_for_new, pass_over_taken
from core.orm.grams import grams
from core.orm.guards import check_targets
from core.orm.history import fresh_salts, told_texts
from core.orm.links import write_links
from core.orm.part_lists import PartList, checked_rows, told_at
from core.orm.parts import check_new_parts
from core.orm.pinyin import sort_key
from core.orm.policy import require
from core.orm.proposals import propose
from core.orm.recording import insert_told
from core.orm.totals import hold_wholes, pointed_to
from core.orm.trust import TRUSTED
from core.orm.uniques import explain_duplicates
from core.orm.values import (
    Problems,
    check_row,
    convert_all,
    raise_problems,
    refuse_locked,
    refuse_unknown,
    with_defaults,
)
from core.orm.write_plan import plan_of

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

Row = dict[str, Any]


def create_rows(env: Env, info: ModelInfo, given: Sequence[Mapping[str, Any]], *, strict: bool = False,
                waived: frozenset[str] = frozenset(), is_loading: bool = False, back: str | None = None,
                with_whole: bool = False) -> tuple[list[int], list[Any]]:  # fmt: skip
    """Create records; gives their ids in the same order, and the records where the caller or hooks want to have them.

    `strict` also refuses fields that the caller may not set (values from a form, a file or the API). `waived` names
    required fields that may be missing (imported rows; the next edit asks for them). Lists of parts are created with
    their records; `back` is the relation of a part to the record that it is written with, `with_whole` says that this
    one is made at the same time: nobody else knows it, and no state is against its parts. After a refusal the
    transaction, or the `attempt` around, is to be taken back.
    """
    require(env.policy, info, "create")
    for row in given:
        refuse_unknown(info, env, row)
        if strict:
            refuse_locked(info, env, [name for name in row if name != back])
    given, parts = _apart(env, info, given)
    rows = [with_defaults(info, env, row) for row in given]
    propose(env, info, given, rows)
    env.announce("before_create", info, rows=rows, waived=waived)
    rows = _checked(env, info, rows, waived)
    check_targets(env, info, rows)
    check_fitting(env, info, rows)
    wholes = pointed_to(info, rows)
    if not with_whole:
        check_new_parts(env, info, rows)
        hold_wholes(env, info, wholes)
    is_heard = env.listens("after_create", info)
    ids, records = _insert_numbered(env, info, rows, is_loading=is_loading or is_heard)
    write_links(env, info, ids, rows)
    for name, lists in parts.items():
        _create_parts(env, plan_of(info, env.addons).parts[name], ids, lists, strict=strict)
    _check_reach(env, info, ids)
    total_up(env, info.totals, (), wholes)
    if is_heard:
        env.announce("after_create", info, records=records)
    return ids, records


def _apart(
    env: Env, info: ModelInfo, given: Sequence[Mapping[str, Any]]
) -> tuple[Sequence[Mapping[str, Any]], dict[str, list[Sequence[Mapping[str, Any]]]]]:
    """The records' own values, and by name of a list the parts of each record."""
    lists = {
        name: [checked_rows(parts, row.get(name)) for row in given]
        for name, parts in plan_of(info, env.addons).parts.items() if any(name in row for row in given)
    }  # fmt: skip
    if not lists:
        return given, {}
    return [{name: value for name, value in row.items() if name not in lists} for row in given], lists


def _create_parts(
    env: Env,
    parts: PartList,
    ids: Sequence[int],
    lists: Sequence[Sequence[Mapping[str, Any]]],
    *,
    strict: bool,
) -> None:
    """The parts of all records at once; a problem names the record, and the row in its list."""
    places = [(whole, place) for whole, rows in enumerate(lists) for place in range(len(rows))]
    rows = [{**lists[whole][place], parts.back.name: ids[whole]} for whole, place in places]
    if not rows:
        return
    with told_at(parts.name, places, many=len(ids) > 1):
        create_rows(env, parts.info, rows, strict=strict, back=parts.back.name, with_whole=True)


def _checked(env: Env, info: ModelInfo, rows: Sequence[Row], waived: frozenset[str]) -> list[Row]:
    found: list[Problems] = [{} for _row in rows]
    checked = plan_of(info, env.addons).checked.values()
    ready = []
    for row, problems in zip(rows, found, strict=True):
        values = convert_all(info, row, env.language, problems)
        check_row(info, values, checked, problems, waived)
        ready.append(values)
    raise_problems(found)
    return ready


def _compute(env: Env, info: ModelInfo, rows: Sequence[Row]) -> None:
    if not info.computed:
        return
    fields = computed_order(info, None)
    for row, values in zip(
        rows, computed_values(env, info, fields, [transient(info, row) for row in rows]), strict=True
    ):
        row.update({name: new for name, (_old, new) in values.items()})


def _insert_numbered(
    env: Env, info: ModelInfo, rows: Sequence[Row], *, is_loading: bool
) -> tuple[list[int], list[Any]]:
    """Numbers, what is computed from them, and the rows; once more where an import has brought one of these along."""
    drawn = draw_for_new(env, info, rows)
    _compute(env, info, rows)
    try:
        return _insert(env, info, rows, is_loading=is_loading)
    except ValidationFailed:
        if not pass_over_taken(env, info, rows, drawn):
            raise
    _compute(env, info, rows)
    return _insert(env, info, rows, is_loading=is_loading)


def _insert(
    env: Env, info: ModelInfo, rows: Sequence[Row], *, is_loading: bool
) -> tuple[list[int], list[Any]]:
    """Rows and audit. Where unique values are written, one row alone is tried first without a savepoint: there is
    nothing to take back when it is left out.
    """
    given = set().union(*rows)
    columns, texts = _texts(env, info, rows, given)
    if len(rows) == 1 and any(given.issuperset(names) for names in info.uniques):
        made = insert_told(env, info, columns, texts, is_lenient=True, is_loading=is_loading)
        if made[0]:
            return made
    with explain_duplicates(env, info, [(None, row) for row in rows]):
        return insert_told(env, info, columns, texts, is_lenient=False, is_loading=is_loading)


def _texts(
    env: Env, info: ModelInfo, rows: Sequence[Row], given: Collection[str]
) -> tuple[list[str], list[str]]:
    """The columns that are written, and each row as JSON with its audit. Every value becomes text once."""
    plan = plan_of(info, env.addons)
    stored = [(name, column) for name, column in plan.columns if name in given]
    sort_keys = [(name, column) for name, column in plan.sort_keys.items() if name in given]
    told = [name for name in given if not info.fields[name].is_computed]
    salts = fresh_salts(len(rows) * len(told))
    texts = []
    for place, row in enumerate(rows):
        values = {name: json_text(value) for name, value in row.items() if value is not None}
        cells = [f'"{column}":{values[name]}' for name, column in stored if name in values]
        cells += [
            f'"{column}":{json_text(sort_key(row[name]))}' for name, column in sort_keys if name in values
        ]
        if info.searchable:
            cells.append(f'"grams":{json_text(grams(searched_texts(info, row)))}')
        audit = told_texts(
            {name: (NULL, values[name]) for name in told if name in values}, info.secrets, salts
        )
        texts.append(f'{{"_n":{place},{"".join(f"{cell}," for cell in cells)}{audit}}}')
    columns = [column for _name, column in (*stored, *sort_keys)]
    return columns + ["grams"] * bool(info.searchable), texts


def _check_reach(env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    where = env.reach(info, "create")
    if where is None:
        return
    statement = env.policy.remembered(
        ("created", info.key), lambda: select(info.cls.id).where(given_ids(info.cls.id), where)
    )
    if len(env.session.scalars(statement, {"ids": list(ids)}, execution_options=TRUSTED).all()) < len(ids):
        raise AccessDenied(_("You may not create {model} with these values.", model=info.label))
