"""A list put together by groups: how many there are of each, their sums, and the way to the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.i18n import LazyString, _, formatter
from core.orm.fields import TO_ONE
from core.views.chips import group_filter
from core.views.effective import EffectiveList, EffectiveRows
from core.views.grouping import GroupChoice
from core.web.pages.records_address import Address
from core.web.request import Request
from core.web.widgets.cell import Place
from core.web.widgets.choices import badge
from core.web.widgets.relations import NO_ACCESS
from core.web.widgets.spans import span_label

NOTHING = _("(none)")


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group: its labels, number and sums as written, its share of the largest group, and its address."""

    labels: tuple[Any, ...]
    url: str
    count: str
    sums: tuple[str, ...]
    share: int


@dataclass(frozen=True, slots=True)
class Groups:
    """All groups of a list; `total` is the number of rows in those that are shown."""

    headings: tuple[LazyString, ...]
    measured: tuple[LazyString, ...]
    lines: tuple[GroupLine, ...]
    total: str
    is_cut: bool


def groups(request: Request, address: Address, place: Place, limit: int) -> Groups:
    """Count and add up in one statement."""
    env, state = request.env, address.state
    view: EffectiveRows = state.view
    totals = view.totals if isinstance(view, EffectiveList) else ()
    rows = env.group(
        view.model.cls,
        state.group,
        [("sum", total.name) for total in totals],
        *state.where(env),
        search=state.q or None,
    )
    number, written = formatter("integer", place.language), [written_sum(total, place) for total in totals]
    most = max((row.count for row in rows), default=1)
    choices = state.group_choices
    lines = []
    for row in rows:
        pairs = list(zip(choices, row.keys, row.labels, strict=True))
        conditions = [group_filter(choice, key) for choice, key, _label in pairs]
        lines.append(
            GroupLine(
                tuple(group_label(choice, key, label, place) for choice, key, label in pairs),
                address.filtered(*conditions, group=()),
                number(row.count),
                tuple(write(value) for write, value in zip(written, row.values, strict=True)),
                round(100 * row.count / most),
            )
        )
    return Groups(
        tuple(choice.label for choice in choices),
        tuple(total.label for total in totals),
        tuple(lines),
        number(sum(row.count for row in rows)),
        len(rows) >= limit,
    )


def written_sum(total: Any, place: Place) -> Any:
    """What writes the sums of a field."""
    if total.kind == "money" and not total.currency:
        return formatter("money", place.language, currency=place.currency)
    return formatter("number", place.language)


def group_label(choice: GroupChoice, key: Any, label: Any, place: Place) -> Any:
    """What a group is called."""
    field = choice.field
    if key is None:
        return NOTHING
    if field.kind in TO_ONE:
        return label if label is not None else NO_ACCESS
    if field.kind == "state":
        return badge(key, place.language)
    if field.kind == "boolean":
        return formatter("boolean", place.language)(key)
    if field.kind == "selection":
        return dict(field.choices).get(key, key)
    if isinstance(key, date) and choice.unit is not None:
        return span_label(key, choice.unit, place.language)
    return key
