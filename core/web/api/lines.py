"""The parts of a record in its body: `"lines": [{"product": 3}, {"id": 5, "version": 1, "delete": true}]`.

A line belongs to the record that it comes with; it never says so itself, and a number that is no line of this record
is refused together with everything else in the body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.part_lists import DELETE, ID, VERSION, PartList, address
from core.orm.values import Problems
from core.orm.write_plan import plan_of
from core.views.effective import ShownLines
from core.views.resolve import form_for
from core.web.api.settable import own_values, settable

MOST: Final = 500
_CONTROLS: Final = (ID, VERSION, DELETE)


def line_lists(env: Env, info: ModelInfo) -> dict[str, PartList]:
    """The lists of parts that are written together with a record: those of its form."""
    plan = plan_of(info, env.addons).parts
    return {name: plan[name] for name in shown_lines(env, info) if name in plan}


def shown_lines(env: Env, info: ModelInfo) -> dict[str, ShownLines]:
    """The lists of parts of the form, as far as the caller may read such parts."""
    return {one.name: one for one in form_for(env, info.key).lines if env.can("read", one.model.key)}


def rows_of(env: Env, parts: PartList, given: Any, problems: Problems, record: Any) -> list[dict[str, Any]]:
    """The rows of a list for the kernel. `record` is the one that has them; None for one that is made of them."""
    if not isinstance(given, list) or len(given) > MOST:
        told = _("{list}: a list of at most {most} lines is expected.", list=parts.field.label, most=MOST)
        problems[parts.name] = [told]
        return []
    known = {name: one for name, one in settable(env, parts.info).items() if name != parts.back.name}
    found = []
    for place, row in enumerate(given):
        at = address(parts.name, place)
        if not isinstance(row, dict):
            problems[at] = [_("A line is a JSON object.")]
            continue
        own = {name: value for name, value in row.items() if name not in _CONTROLS}
        controls = _controls(row, problems, at, is_new=record is None)
        found.append({**controls, **own_values(env, parts.info, known, own, problems, None, f"{at}.")})
    if record is not None:
        _refuse_strange(env, parts, given, record, problems)
    return found


def _controls(row: Mapping[str, Any], problems: Problems, at: str, *, is_new: bool) -> dict[str, Any]:
    """What a row says of a line that is there: its number, the version that was seen, and that it goes."""
    given = {name: row[name] for name in _CONTROLS if name in row}
    if given and (is_new or ID not in given):
        problems[at] = [_("A new line has no number, no version, and is not deleted.")]
        return {}
    for name in (ID, VERSION):
        if name in given and not _is_number(given[name]):
            problems[f"{at}.{name}"] = [_("A whole number is expected.")]
    if not isinstance(given.get(DELETE, True), bool):
        problems[f"{at}.{DELETE}"] = [_("True or false is expected.")]
    if given and not given.get(DELETE) and VERSION not in given:
        problems[f"{at}.{VERSION}"] = [_("The version of the line that you have seen is needed.")]
    return given


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _refuse_strange(env: Env, parts: PartList, given: Sequence[Any], record: Any, problems: Problems) -> None:
    """A number that is a line of another record, or of none, as the caller sees them."""
    named = {
        place: row[ID] for place, row in enumerate(given)
        if isinstance(row, dict) and _is_number(row.get(ID))
    }  # fmt: skip
    if not named:
        return
    cls = parts.info.cls
    mine = getattr(cls, parts.back.attribute) == record.id
    page = env.page(cls, [], mine, cls.id.in_(sorted(set(named.values()))), limit=MOST)
    there = {row[0] for row in page.rows}
    for place, key in named.items():
        if key not in there:
            problems[f"{address(parts.name, place)}.{ID}"] = [_("The record has no such line.")]
