"""The state of a list is its address: view, preset, search text, filters, order, group, place.

`ListState.parse` reads an address and refuses what the list does not know; `url` writes it in one canonical
form, without what is the list's own default. Parameters of other names are left to the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias
from urllib.parse import urlencode

from core.errors import BadRequest
from core.i18n import _
from core.views.effective import EffectiveRows
from core.views.filters import Filter, checked_filter, checked_text, orderable, parse_filter, shortened
from core.views.grouping import GroupChoice, group_choice
from core.views.listing import Preset

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.methods import Where

Params: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]

MOST_ROWS: Final = 500
MOST_FILTERS: Final = 40
MOST_GROUPS: Final = 3
_SINGLE: Final = frozenset({"view", "preset", "q", "order", "group", "after", "before", "limit"})
_PLACE: Final = {"after": None, "before": None}
_IN_THE_ADDRESS: Final = ("view", "preset", "q", "filters", "order", "group", "after", "before", "limit")


@dataclass(frozen=True, slots=True)
class ListState:
    """What a list shows. `preset` and `order` are the list's own defaults when the address names none."""

    view: EffectiveRows = field(compare=False, repr=False)
    preset: str | None = None
    q: str = ""
    filters: tuple[Filter, ...] = ()
    order: str | None = None
    group: tuple[str, ...] = ()
    after: str | None = None
    before: str | None = None
    limit: int = 80
    binned: bool = False

    @classmethod
    def parse(cls, params: Params, view: EffectiveRows, *, binned: bool = False) -> Self:
        """The state that `params` name; a multi-dict or pairs. BadRequest says what cannot be meant.

        A filter is `f=field:op:value`, or from a plain form `f.field=value` or `f.field.op=value`, where an
        empty value asks for nothing.
        """
        single, filters = _sorted_out(params, view)
        after, before = single.get("after") or None, single.get("before") or None
        if after and before:
            raise BadRequest(_("A page lies either after or before another."))
        return cls(
            view=view,
            preset=_preset(single.get("preset"), view),
            q=single.get("q", "").strip(),
            filters=tuple(dict.fromkeys(filters)),
            order=_order(single.get("order"), view),
            group=_groups(single.get("group", ""), view),
            after=after,
            before=before,
            limit=_limit(single.get("limit"), view),
            binned=binned,
        )

    def query(self, **changes: Any) -> str:
        """The address after the question mark. Any change but of the page leads back to the first page."""
        known = {name: getattr(self, name) for name in _IN_THE_ADDRESS}
        if changes and not changes.keys() & _PLACE.keys():
            known |= _PLACE
        known |= {name: value for name, value in changes.items() if name != "binned"}
        return _query(**known)

    def url(self, **changes: Any) -> str:
        """The address of this state with `changes`, such as `url(order="-amount")` or `url(view=board)`."""
        binned = changes.get("binned", self.binned)
        path = f"/r/{self.view.model.key}/bin" if binned else f"/r/{self.view.model.key}"
        query = self.query(**changes)
        return f"{path}?{query}" if query else path

    def with_filter(self, name: str, op: str, value: str) -> Self:
        """The state with one more condition. BadRequest when the list has no such field or value."""
        added = checked_filter(name, op, value, self.view.fields)
        return self._changed({"filters": tuple(dict.fromkeys((*self.filters, added)))})

    def without_filter(self, condition: Filter) -> Self:
        """The state without that condition."""
        return self._changed({"filters": tuple(known for known in self.filters if known != condition)})

    def toggle_order(self, name: str) -> Self:
        """Ordered by that field, smallest first; where it is ordered so already, the other way round."""
        order = f"-{name}" if self.order == name else name
        return self._changed({"order": _order(order, self.view)})

    @property
    def group_choices(self) -> tuple[GroupChoice, ...]:
        """The groupings asked for, outermost first."""
        found = (group_choice(key, dict(self.view.fields)) for key in self.group)
        return tuple(choice for choice in found if choice is not None)

    def where(self, env: Env) -> list[Where]:
        """The rows asked for by preset and filters; the search text is given to `env.page` by itself."""
        conditions = preset_where(env, self.view, self.preset)
        model = self.view.model.cls
        conditions += [env.condition(model, known.field, known.op, known.value) for known in self.filters]
        return conditions

    def _changed(self, changes: dict[str, Any]) -> Self:
        if changes and not changes.keys() & _PLACE.keys():
            changes = _PLACE | changes
        return replace(self, **changes)


@lru_cache(maxsize=10_000)
def _query(view: EffectiveRows, preset: str | None, q: str, filters: tuple[Filter, ...], order: str | None,
           group: tuple[str, ...], after: str | None, before: str | None, limit: int) -> str:  # fmt: skip
    """Kept, since a list has some thirty links and most of them are the same on its next page."""
    pairs = [("view", view.name)] if view.name != "list" else []
    if preset != default_preset(view):
        pairs.append(("preset", preset or ""))
    if q:
        pairs.append(("q", q))
    pairs += [("f", str(condition)) for condition in filters]
    if order != view.order:
        pairs.append(("order", order or ""))
    if group:
        pairs.append(("group", ",".join(group)))
    pairs += [(name, value) for name, value in (("after", after), ("before", before)) if value]
    if limit != view.limit:
        pairs.append(("limit", str(limit)))
    return urlencode(pairs)


def default_preset(view: EffectiveRows) -> str | None:
    """The preset of an address that names none."""
    return next((preset.key for preset in view.presets if preset.default), None)


def preset_where(env: Env, view: EffectiveRows, key: str | None) -> list[Where]:
    """The condition of a preset, kept for the caller unless it asks the clock; none for the preset of all rows."""
    chosen = next((known for known in view.presets if known.key == key), None)
    condition = chosen.where if chosen is not None else None
    if condition is None:
        return []
    return [env.policy.remembered(("preset", view, key), lambda: condition(env))]


def preset_choices(view: EffectiveRows) -> tuple[Preset, ...]:
    """The presets to offer, the default one first, otherwise as declared."""
    return tuple(sorted(view.presets, key=lambda preset: not preset.default))


def _sorted_out(params: Params, view: EffectiveRows) -> tuple[dict[str, str], list[Filter]]:
    single: dict[str, str] = {}
    filters: list[Filter] = []
    for name, value in params.items() if isinstance(params, Mapping) else params:
        if name == "f":
            filters.append(parse_filter(checked_text(value), view.fields))
        elif name.startswith("f."):
            if value.strip():
                field_name, _dot, op = name[2:].partition(".")
                filters.append(checked_filter(field_name, op or "eq", value, view.fields))
        elif name in _SINGLE:
            if name in single:
                raise BadRequest(_("The address names “{name}” twice.", name=name))
            single[name] = checked_text(value)
    if len(filters) > MOST_FILTERS:
        raise BadRequest(_("At most {most} filters can be combined.", most=MOST_FILTERS))
    if single.get("view", view.name) not in (view.name, ""):
        raise BadRequest(_("There is no view “{name}” here.", name=shortened(single["view"])))
    return single, filters


def _preset(key: str | None, view: EffectiveRows) -> str | None:
    if key is None:
        return default_preset(view)
    if key and all(preset.key != key for preset in view.presets):
        raise BadRequest(_("There is no preset “{name}” here.", name=shortened(key)))
    return key or None


def _order(order: str | None, view: EffectiveRows) -> str | None:
    if not order:
        return view.order
    found = view.fields.get(order.removeprefix("-"))
    if found is None or not orderable(found):
        raise BadRequest(_("The list cannot be ordered by “{name}”.", name=shortened(order)))
    return order


def _groups(text: str, view: EffectiveRows) -> tuple[str, ...]:
    keys = [key for key in text.split(",") if key]
    if len(keys) > MOST_GROUPS:
        raise BadRequest(_("At most {most} groupings can be combined.", most=MOST_GROUPS))
    found = []
    for key in keys:
        choice = group_choice(key, dict(view.fields))
        if choice is None:
            raise BadRequest(_("The list cannot be grouped by “{name}”.", name=shortened(key)))
        found.append(choice.key)
    return tuple(dict.fromkeys(found))


def _limit(text: str | None, view: EffectiveRows) -> int:
    if not text:
        return view.limit
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= MOST_ROWS):
        raise BadRequest(_("A page holds from 1 to {most} rows.", most=MOST_ROWS))
    return int(text)
