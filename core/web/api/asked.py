"""What the address of a list asks for, in the language of the pages' addresses; whatever else it says is refused.

fields=title,owner   f=state:eq:new   q=river   preset=mine   order=-created_at   limit=80   after=…   count=1
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from core.errors import BadRequest
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.dormant import field_asleep
from core.orm.env import Env
from core.orm.fields import Field
from core.views.dormant import refuse_asleep
from core.views.filters import shortened
from core.views.resolve import list_for
from core.views.search import ListState
from core.web.api.values import givable

Pairs = Sequence[tuple[str, str]]
OF_LIST: Final = frozenset({"fields", "f", "q", "order", "limit", "after", "count", "preset"})
OF_RECORD: Final = frozenset({"fields"})
ALWAYS: Final = ("id", "version")
DEFAULT_LIMIT: Final = 80
MOST_FIELDS: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of a list: which rows, in what order, and which fields of them."""

    state: ListState
    fields: tuple[Field, ...]
    wants_count: bool
    pairs: tuple[tuple[str, str], ...]

    def query(self, **changes: str) -> str:
        """The same address with `changes`."""
        return urlencode([pair for pair in self.pairs if pair[0] not in changes] + [*changes.items()])


def asked_of(env: Env, info: ModelInfo, pairs: Pairs) -> Asked:
    """Raises BadRequest that names what cannot be meant. Without a preset all records are meant."""
    refuse_unknown(pairs, OF_LIST)
    view = list_for(env, info.key)
    own = [pair for pair in pairs if pair[0] not in ("fields", "count")]
    refuse_asleep(env, view, own)
    own += [("preset", "")] if single(pairs, "preset") is None else []
    own += [("limit", str(DEFAULT_LIMIT))] if not single(pairs, "limit") else []
    known = givable(env, info)
    names = named_fields(env, info, pairs, known)
    if names is None:
        names = [shown.name for shown in view.columns if shown.name in known]
    return Asked(
        ListState.parse(own, view), tuple(known[name] for name in names), _is_yes(pairs), tuple(pairs)
    )


def named_fields(env: Env, info: ModelInfo, pairs: Pairs, known: Iterable[str]) -> list[str] | None:
    """The fields that `fields` names, each once; None where it is not said. BadRequest for one that is not `known`."""
    text = single(pairs, "fields")
    if text is None:
        return None
    names = [name for name in dict.fromkeys(text.split(",")) if name not in ALWAYS]
    for name in names:
        if name not in known:
            reason = field_asleep(env, info, name)
            raise BadRequest(reason or no_field(info, name))
    if len(names) > MOST_FIELDS:
        raise BadRequest(_("At most {most} fields can be asked for.", most=MOST_FIELDS))
    return names


def no_field(info: ModelInfo, name: str) -> LazyString:
    """The words for a name that means nothing here to this caller, whether somebody else has such a field or not."""
    return _("{model} has no field {name}.", model=info.label, name=shortened(name))


def refuse_unknown(pairs: Pairs, known: Iterable[str]) -> None:
    """An address says nothing that is not understood: a condition that is left out would give more than was meant."""
    for name, _value in pairs:
        if name not in known:
            raise BadRequest(
                _("The address has a parameter “{name}” that is unknown here.", name=shortened(name))
            )


def single(pairs: Pairs, name: str) -> str | None:
    """A parameter that stands once; None where it is not there. BadRequest for a second one."""
    found = [value for one, value in pairs if one == name]
    if len(found) > 1:
        raise BadRequest(_("The address names “{name}” twice.", name=name))
    return found[0] if found else None


def _is_yes(pairs: Pairs) -> bool:
    value = single(pairs, "count")
    if value not in (None, "", "0", "1"):
        raise BadRequest(_("“{name}” is 0 or 1.", name="count"))
    return value == "1"
