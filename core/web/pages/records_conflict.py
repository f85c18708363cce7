"""Two people changed the same field: both values side by side, and the choice is a person's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from core.errors import Conflict
from core.i18n import LazyString
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field
from core.orm.part_lists import field_at
from core.web.forms import in_language
from core.web.widgets.cell import Place, writer
from core.web.widgets.entry import CHOOSE
from core.web.widgets.relations import links

THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Clash:
    """One field with the value that was refused and the one saved meanwhile."""

    name: str
    label: LazyString
    mine: Markup
    theirs: Markup
    who: str | None
    when: datetime | None


def clashes(env: Env, info: ModelInfo, conflict: Conflict, place: Place) -> list[Clash]:
    """The fields of a conflict, ready to be shown."""
    found = []
    for one in conflict.fields:
        field = field_at(env, info, one.name)
        mine, theirs = written(env, field, one.mine, place), written(env, field, one.theirs, place)
        found.append(Clash(one.name, one.label, mine, theirs, one.who, one.when))
    return found


def written(env: Env, field: Field, value: Any, place: Place) -> Markup:
    """A plain value as a cell shows it."""
    if field.kind == "many2many":
        ids = list(value or [])
        labels = env.labels(field.target_key, ids)
        return links(str(field.target_key), [(one, labels.get(one)) for one in ids])
    row: tuple[Any, ...] = (0, 0, value, None)
    if field.kind in TO_ONE and value is not None:
        row = (0, 0, value, env.labels(field.target_key, [value]).get(value))
    if field.kind == "translated":
        row = (0, 0, in_language(value, place.language))
    return Markup(writer(field, 2, None, place)(row))  # noqa: S704 - writers escape


def choices_made(posted: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The values to write after somebody has compared: those decided for the other side stay as they are."""
    return {name: value for name, value in values.items() if posted.get(CHOOSE + name) != THEIRS}
