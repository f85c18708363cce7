"""Sections: what a company takes from roles of single fields, and of rows by the values of a field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.auth.company_rights import Section
from core.auth.rights_of_roles import rows_of_roles

RoleRights = Mapping[str, str]
"""Code of a role -> hidden, readonly or editable."""
RoleLimits = Mapping[str, frozenset[str]]
"""Field -> the values that a role is limited to."""


@dataclass(frozen=True, eq=False)
class FieldRights:
    """Model -> field -> what the company says of it to which role."""

    by_model: Mapping[str, Mapping[str, RoleRights]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ValueLimits:
    """Model -> code of a role -> field -> the values that it is limited to."""

    by_model: Mapping[str, Mapping[str, RoleLimits]] = field(default_factory=dict)


def _fields(rows: Sequence[Mapping[str, Any]]) -> FieldRights:
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        found[row["model"]][row["field"]][row["code"]] = row["right"]
    return FieldRights(found)


def _values(rows: Sequence[Mapping[str, Any]]) -> ValueLimits:
    """Values of one role and field add up, those for all companies with those of this one."""
    found: dict[str, dict[str, dict[str, set[str]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    for row in rows:
        found[row["model"]][row["code"]][row["field"]].add(row["value"])
    return ValueLimits({
        model: {role: {name: frozenset(values) for name, values in fields.items()} for role, fields in roles.items()}
        for model, roles in found.items()
    })  # fmt: skip


FIELDS: Final = Section(
    "fields", ("base.role", "base.field_right"), rows_of_roles("base.field_right", "model", "field", "right"), _fields,
    FieldRights(),
)  # fmt: skip
LIMITS: Final = Section(
    "limits", ("base.role", "base.value_limit"), rows_of_roles("base.value_limit", "model", "field", "value"), _values,
    ValueLimits(),
)  # fmt: skip
