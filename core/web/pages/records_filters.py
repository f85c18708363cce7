"""The filters of a list: conditions ready to be clicked, and an input for values of one's own.

A plain form cannot write `field:operator:value`, so it sends field, operator and value apart; the answer is the list
under its proper address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.errors import BadRequest
from core.i18n import LazyString, _, parse_date
from core.orm.fields import Field
from core.views.choices import FilterChoices, filter_choices
from core.views.effective import EffectiveRows
from core.views.filters import Filter, checked_filter, filterable, shortened
from core.web.forms import in_language
from core.web.pages.records_address import Address, single
from core.web.request import Request

ADD: Final = "add."
MOST_VALUES: Final = 30


@dataclass(frozen=True, slots=True)
class Quick:
    """A condition to be clicked; `is_on` when the list has it, and the address then is the one without it."""

    label: LazyString | str
    url: str
    is_on: bool


@dataclass(frozen=True, eq=False, slots=True)
class Editor:
    """How one field may be asked for on this page."""

    choices: FilterChoices
    quick: tuple[Quick, ...]
    values: tuple[tuple[str, LazyString | str], ...]
    source: str
    operators: tuple[tuple[str, LazyString], ...]
    is_used: bool

    @property
    def field(self) -> Field:
        return self.choices.field

    @property
    def entry(self) -> str:
        return self.choices.entry


def editors(request: Request, address: Address, fields: Sequence[Field]) -> list[Editor]:
    """The editors of these fields; the options of all their lists are read in one statement."""
    options = _options(request, fields)
    return [_editor(request, address, field, options.get(field.name)) for field in fields]


def open_editors(request: Request, address: Address) -> list[Editor]:
    """The editors of the page itself, for people without scripts."""
    return asked_editors(request, address) if "filters" in request.GET else []


def asked_editors(request: Request, address: Address) -> list[Editor]:
    """The editors that the list offers, and first the one of a field that the page asks for."""
    view = address.state.view
    fields = list(view.filters)
    name = request.GET.get("field")
    if name:
        asked = field_named(view, name)
        fields = [asked, *(field for field in fields if field is not asked)]
    return editors(request, address, fields)


def _editor(
    request: Request, address: Address, field: Field, options: list[tuple[str, str]] | None
) -> Editor:
    info = address.state.view.model
    choices = filter_choices(field, info)
    quick = [
        _quick(address, one.filter, one.label) for one in choices.quick if not _is_listed(choices, one.filter)
    ]
    values: tuple[tuple[str, LazyString | str], ...] = tuple(options or choices.values)
    quick += [
        _quick(address, Filter(field.name, "eq", value), label) for value, label in values[:MOST_VALUES]
    ]
    wanted = ("eq", "ne") if choices.entry == "record" else ("contains", "eq", "starts", "ne")
    operators = tuple(one for one in choices.operators if one[0] in wanted)
    used = any(known.field == field.name for known in address.state.filters)
    source = f"/r/{info.key}/choices?filter={field.name}"
    return Editor(choices, tuple(quick), values, source, operators, used)


def _is_listed(choices: FilterChoices, condition: Filter) -> bool:
    return condition.op == "eq" and any(condition.value == value for value, _label in choices.values)


def _quick(address: Address, condition: Filter, label: LazyString | str) -> Quick:
    is_on = condition in address.state.filters
    url = address(address.state.without_filter(condition)) if is_on else address.filtered(condition)
    return Quick(label, url, is_on)


def _options(request: Request, fields: Sequence[Field]) -> dict[str, list[tuple[str, str]]]:
    wanted = {str(field.option_list): field.name for field in fields if field.kind == "option"}
    if not wanted:
        return {}
    env = request.env
    option = env.info("base.option").cls
    rows: list[Any] = env.search(
        "base.option", option.list_code.in_(list(wanted)), order="sequence", limit=1000
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(wanted[row.list_code], []).append((str(row.id), in_language(row.name, env.language)))
    return found


def further_fields(view: EffectiveRows) -> list[Field]:
    """Fields that can be asked for beside the offered ones."""
    offered = {field.name for field in view.filters}
    return [field for name, field in view.fields.items() if name not in offered and filterable(field)]


def field_named(view: EffectiveRows, name: str) -> Field:
    """The field of an editor that the page asks for. BadRequest when it cannot be asked for."""
    found = view.fields.get(name)
    if found is None or not filterable(found):
        raise BadRequest(_("There is no filter “{name}” here.", name=shortened(name)))
    return found


def added_filters(params: Any, view: EffectiveRows) -> list[Filter]:
    """The conditions that an editor's form sends; none when it was left empty."""
    name = single(params, f"{ADD}field")
    if not name:
        return []
    field = field_named(view, name)
    low, high = (_day(field, single(params, f"{ADD}{end}")) for end in ("from", "to"))
    if low or high:
        return [checked_filter(name, "between", f"{low}..{high}", view.fields)]
    values = [text.strip() for text in params.getall(f"{ADD}value") if text.strip()]
    if not values:
        return []
    op = single(params, f"{ADD}op") or "eq"
    if len(values) > 1:
        return [checked_filter(name, "in", ",".join(values), view.fields)]
    return [checked_filter(name, op, values[0], view.fields)]


def _day(field: Field, text: str) -> str:
    if not text or field.kind not in ("date", "datetime"):
        return text
    try:
        return parse_date(text).isoformat()
    except ValueError:
        raise BadRequest(
            _("“{value}” is not a value of “{field}”.", value=shortened(text), field=field.label)
        ) from None
