"""The condition of a sharing rule: the filters of a list's address, the same for everybody who gets the records.

It is kept as it stands in addresses, `f=level:eq:12&f=province:eq:…`. What would mean something else to each reader
(myself, a text in the reader's language) is no condition of a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import and_

from core.errors import BadRequest
from core.i18n import _
from core.orm.conditions import field_condition
from core.orm.fields import TO_ONE
from core.orm.methods import Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.orm.compose import ModelInfo
    from core.orm.env import Env

FILTER: Final = "f"
MOST_FILTERS: Final = 20
_MYSELF: Final = "me"


def filter_texts(text: str | None) -> list[str]:
    """The filters of a condition, each as `field:operator:value`. Raises BadRequest for what is no condition."""
    try:
        pairs = parse_qsl(
            (text or "").strip(), keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FILTERS
        ) if (text or "").strip() else []  # fmt: skip
    except ValueError:
        pairs = [("", "")]
    if any(name != FILTER or value.count(":") < 2 for name, value in pairs):
        raise BadRequest(_("A condition is written like the address of a list: f=field:operator:value&f=…"))
    return [value for _name, value in pairs]


def condition_text(filters: Sequence[Any]) -> str | None:
    """Filters as the text of a condition; nothing for none."""
    return urlencode([(FILTER, str(one)) for one in filters], safe=":") or None


def rule_condition(env: Env, info: ModelInfo, text: str | None) -> Where | None:
    """The condition as an expression on the model; None for a rule about all records.

    Raises BadRequest where a field does not exist in this company, or a value does not fit it.
    """
    filters = filter_texts(text)
    return and_(*(_one(env, info, one) for one in filters)) if filters else None


def _one(env: Env, info: ModelInfo, text: str) -> Where:
    name, _colon, rest = text.partition(":")
    op, _colon, value = rest.partition(":")
    field = info.fields_for(env.addons).get(name)
    if field is None or field.kind in ("secret", "one2many") or field.name in ("custom", "deleted_at"):
        raise BadRequest(_("There is no field {name} to filter by.", name=name[:80]))
    if field.kind == "translated" and op != "empty":
        text_ = _(
            "{name} reads differently in each language and cannot be the condition of a rule.",
            name=field.label,
        )
        raise BadRequest(text_)
    if field.kind in TO_ONE and _MYSELF in value.split(","):
        raise BadRequest(
            _("{name}: a rule is the same for everybody; please name the person.", name=field.label)
        )
    return field_condition(env, info, field, op, value)
