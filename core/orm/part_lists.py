"""Part lists: the records that are part of another one, written together with it, as one change.

    env.create(Order, customer=7, lines=[{"product": 3, "quantity": 2}, {"product": 4}])
    env.write(order, lines=[{"id": 5, "version": 1, "quantity": 3}, {"product": 9}, {"id": 6, "delete": True}])

A row with an `id` changes or removes a part of this very record, any other makes one; parts that are not named stay as
they are. With a `version` a change is merged with what others saved since. The number of statements does not grow with
the rows. What is wrong with a row is told at `lines.3.quantity`, where 3 is its place in the given list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.errors import BadRequest, FieldConflict, ValidationFailed
from core.i18n import _
from core.orm.fields import Field

if TYPE_CHECKING:
    from core.orm.model_info import ModelInfo

ID: Final = "id"
VERSION: Final = "version"
DELETE: Final = "delete"
_CONTROLS: Final = frozenset({ID, VERSION, DELETE})
Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class PartList:
    """A list of parts: the field of the whole, the model of the parts, and their relation to the whole."""

    field: Field
    info: ModelInfo
    back: Field

    @property
    def name(self) -> str:
        return self.field.name


def part_lists_of(info: ModelInfo, addons: frozenset[str]) -> dict[str, PartList]:
    """The lists of a model that are written with it, by name."""
    fields = info.fields_for(addons).values()
    found = (part_list_of(info, one) for one in fields if one.kind == "one2many")
    return {one.name: one for one in found if one is not None and one.info.addon in addons}


def part_list_of(info: ModelInfo, field: Field) -> PartList | None:
    """The list as one of parts; None where its records only refer to this model."""
    for other, relation in info.references:
        if (other.key, relation.name, relation.on_delete) == (field.target_key, field.back, "part_of"):
            return PartList(field, other, relation)
    return None


@dataclass(frozen=True)
class Change:
    """A part that is to be changed: its place in the given list, and the version that the caller has seen."""

    place: int
    key: int
    version: int | None
    values: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a given list asks for: new parts by place, changes, and ids to remove by place."""

    new: Mapping[int, dict[str, Any]]
    changed: Sequence[Change]
    removed: Mapping[int, int]


def asked_of(parts: PartList, rows: Any) -> Asked:
    """Sort the rows of a list; BadRequest for what no list of parts can mean."""
    new: dict[int, dict[str, Any]] = {}
    changed: list[Change] = []
    removed: dict[int, int] = {}
    for place, row in enumerate(checked_rows(parts, rows)):
        values = {name: value for name, value in row.items() if name not in _CONTROLS}
        if ID not in row:
            new[place] = values
        elif row.get(DELETE):
            removed[place] = _whole_number(parts, row[ID])
        else:
            version = row.get(VERSION)
            seen = None if version is None else _whole_number(parts, version)
            changed.append(Change(place, _whole_number(parts, row[ID]), seen, values))
    keys = [*removed.values(), *(one.key for one in changed)]
    if len(keys) > len(set(keys)):
        raise BadRequest(_("{list}: a row is there twice.", list=parts.field.label))
    return Asked(new, [one for one in changed if one.values], removed)


def checked_rows(parts: PartList, rows: Any) -> Sequence[Row]:
    """The rows of a list, which do not say to what they belong: that is the whole they are written with."""
    if rows is None:
        return ()
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, Mapping) for row in rows):
        raise BadRequest(_("{list} takes a list of rows.", list=parts.field.label))
    if any(parts.back.name in row for row in rows):
        raise BadRequest(_("{name} cannot be changed here.", name=parts.back.label))
    return rows


def _whole_number(parts: PartList, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise BadRequest(_("{list}: there is no such row.", list=parts.field.label))
    return value


def address(name: str, place: int, field: str = "") -> str:
    """Where a problem of a row is told: `lines.3.quantity`, or `lines.3` for the row as a whole."""
    return f"{name}.{place}.{field}" if field else f"{name}.{place}"


def field_at(env: Any, info: ModelInfo, place: str) -> Field:
    """The field at such a place: of the record itself, or of one of its parts."""
    name, _dot, rest = place.partition(".")
    found = info.fields[name]
    return field_at(env, env.info(found.target_key), rest.partition(".")[2]) if rest else found


@contextmanager
def told_at(name: str, places: Sequence[tuple[int, int]], *, many: bool = False) -> Iterator[None]:
    """Tell what is wrong with parts at their rows. `places` are those of the parts in the order in which they are
    written: which record, and the row in its list; with `many` records the first refused one is named as well.
    """
    try:
        yield
    except ValidationFailed as refusal:
        rows = refusal.rows or {refusal.row or 0: refusal.problems}
        whole = places[min(rows)][0]
        found = {
            address(name, places[index][1], field): texts
            for index, problems in rows.items() if places[index][0] == whole for field, texts in problems.items()
        }  # fmt: skip
        told = ValidationFailed(found)
        told.row = whole if many else None
        raise told from refusal


def conflict_at(parts: PartList, place: int, found: FieldConflict) -> FieldConflict:
    """A conflict about a part, as one of the whole."""
    label = _("{list}, row {n}: {field}", list=parts.field.label, n=place + 1, field=found.label)
    told = found.mine, found.theirs, found.who, found.when
    return FieldConflict(address(parts.name, place, found.name), label, *told)
