"""What the kernel says of one person and the records of one model: the measure of what the pages do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import Field
from core.orm.guards import reached
from core.testing.conformance import Ids, Population, reachable
from core.views.grouping import group_choice
from core.views.resolve import form_for, rows_view_for

MISSING: Final = 10**15
"""The id of a record that never was."""
ON_RECORDS: Final = ("update", "delete", "print")
ACTIONS: Final = ("read", "create", "update", "delete", "export", "import", "print")


@dataclass(frozen=True)
class Claims:
    """For one person: the rights on a model, the records within reach of each, and how its screens look."""

    info: ModelInfo
    allowed: frozenset[str]
    """Function rights."""
    reach: Mapping[str, Ids]
    """By action, the live records of the population; those of the others are readable as well."""
    binned: Ids
    """Records that are seen in the bin."""
    count: int
    grouping: str | None
    typed: Field | None
    """A text that the form takes."""
    pointing: tuple[str, str, bool] | None
    """A model and a field of it that points here, both of which the person sees: where proposals are asked for;
    and whether all that may be seen fits the field, whatever the record holds."""
    words: Mapping[int, str] = field(default_factory=dict)
    """What a search for each record would look for; none where records are not found by text."""

    @property
    def seen(self) -> Ids:
        return self.reach["read"]


def claims_of(env: Env, population: Population) -> Claims:
    """Ask the Env of a person, whose answers are compared with an oracle elsewhere."""
    info, ids = population.info, population.all
    seen = reachable(env, info, ids)
    allowed = frozenset(action for action in ACTIONS if env.policy.allowed(info, action))
    reach: dict[str, Ids] = {
        action: seen & reached(env, info, ids, action) for action in ON_RECORDS if action in allowed
    }
    may_read = "read" in allowed
    known = next((texts for name, texts in population.words.items() if name in env.policy.readable(info)), {})
    return Claims(
        info, allowed, {**dict.fromkeys(ON_RECORDS, frozenset()), **reach, "read": seen},
        reachable(env, info, ids, binned=True), env.count(info.key, cap=None).value if may_read else 0,
        _grouping(env, info) if may_read else None, _typed(env, population) if "update" in allowed else None,
        _pointing(env, info), known,
    )  # fmt: skip


def _grouping(env: Env, info: ModelInfo) -> str | None:
    view = rows_view_for(env, info.key)
    return next((name for name in view.fields if group_choice(name, dict(view.fields)) is not None), None)


def _typed(env: Env, population: Population) -> Field | None:
    """A plain text of the form, by which nothing is found and which no rule of a model is likely to look at."""
    found: Sequence[Any] = [shown.field for shown in form_for(env, population.info.key).editable]
    plain = [one for one in found if one.kind in ("text", "longtext") and one.name not in population.words]
    return next((one for one in reversed(plain) if not one.unique and not one.choices), None)


def _pointing(env: Env, info: ModelInfo) -> tuple[str, str, bool] | None:
    found = [
        (other.key, one.name, one.among is None) for other, one in info.references
        if one.kind != "option" and not one.system and {other.addon, one.addon} <= env.addons
        and env.policy.allowed(other, "read") and one.name in env.policy.readable(other)
    ]  # fmt: skip
    return max(found, key=lambda one: one[2], default=None)
