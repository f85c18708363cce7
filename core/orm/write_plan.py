"""What writing a model's rows needs to know of its fields, worked out once for each set of enabled addons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.orm.fields import MISSING, TEXTS, Field
from core.orm.part_lists import PartList, part_lists_of

if TYPE_CHECKING:
    from core.orm.model_info import ModelInfo


def is_kernels(field: Field) -> bool:
    """Whether only the kernel writes the field: its system fields, and what follows from others."""
    return field.system or field.is_computed or field.kind == "one2many"


@dataclass(frozen=True, eq=False)
class WritePlan:
    """The fields of one model, by what has to be done with them."""

    settable: frozenset[str]
    """Names that callers may give: of enabled addons, and not the kernel's own."""
    defaults: tuple[tuple[str, Any], ...]
    """Values, or functions of the Env, for what a new row does not say."""
    checked: Mapping[str, Field]
    """Stored fields that are required or bounded."""
    asked: tuple[Field, ...]
    """Required fields that an edit by a person completes where an import left them out."""
    numbers: tuple[Field, ...]
    """Fields that draw a number."""
    final_numbers: tuple[Field, ...]
    """Those whose number may be provisional until a step."""
    columns: tuple[tuple[str, str], ...]
    """Stored fields and their columns, in the order of the declarations; the kernel's own are left out."""
    sort_keys: Mapping[str, str]
    """Text fields that are sorted by a stored key, and its column."""

    plain: frozenset[str]
    """Names of stored values from which nothing follows but a sort key, and which need no guard of their own."""
    parts: Mapping[str, PartList]
    """Lists of parts, which are written together with the record."""

    @classmethod
    def of(cls, info: ModelInfo, addons: frozenset[str]) -> WritePlan:
        """Work it out; `plan_of` keeps it."""
        enabled = info.fields_for(addons).values()
        stored = [one for one in enabled if one.is_stored and not one.system]
        parts = part_lists_of(info, addons)
        return cls(
            settable=frozenset(one.name for one in enabled if not is_kernels(one)) | parts.keys(),
            defaults=tuple(
                (one.name, one.default) for one in stored
                if one.default is not MISSING and one.default is not None
            ),
            checked={one.name: one for one in stored if one.name in info.needed or _is_bounded(one)},
            asked=tuple(one for one in stored if one.required and one.kind != "number"),
            numbers=tuple(one for one in enabled if one.kind == "number" and one.sequence),
            final_numbers=tuple(one for one in enabled if one.kind == "number" and one.final_in),
            columns=tuple(
                (one.name, one.column_name) for one in info.fields.values()
                if one.is_stored and not one.system
            ),
            sort_keys={
                one.name: f"{one.column_name}__sort" for one in info.fields.values()
                if one.sortable and one.kind in TEXTS
            },
            plain=frozenset(one.name for one in stored if not is_kernels(one)) - _followed(info),
            parts=parts,
        )  # fmt: skip


def plan_of(info: ModelInfo, addons: frozenset[str]) -> WritePlan:
    """How rows of this model are written in a company with these addons on."""
    found = info.write_plans.get(addons)
    if found is None:
        found = info.write_plans[addons] = WritePlan.of(info, addons)
    return found


def _followed(info: ModelInfo) -> set[str]:
    """Fields from whose values others follow, or which are guarded: searched, unique, computed or totalled from, final
    numbers, the state.
    """
    found = {*info.searched_names, *info.dependants, *(name for names in info.uniques for name in names)}
    found |= {path.partition(".")[0] for one in info.computed.values() for path in one.depends}
    found |= {name for one in info.totals for name in one.names}
    found |= {one.name for one in info.fields.values() if one.final_in}
    if any(one.among is not None for one in info.relations):
        found |= info.fields.keys()  # any of them may decide what fits
    return found | ({info.state_field.name} if info.state_field is not None else set())


def _is_bounded(field: Field) -> bool:
    return field.minimum is not None or field.maximum is not None
