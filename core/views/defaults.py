"""The screens of a model for which nobody declared any: every model has a form and a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from core.orm.fields import TO_MANY, Field
from core.views.actions import offered_methods
from core.views.layout import Button, Group, Header, Item, Related, Show, StatusBar

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo

LIST_COLUMNS: Final = 6
NOT_IN_LISTS: Final = frozenset({"longtext", "json", "secret", "file", "sentence"}) | TO_MANY
NOT_IN_FORMS: Final = frozenset({"json"})


def default_layout(info: ModelInfo, addons: frozenset[str]) -> list[Item]:
    """Buttons and state above, then all fields with the naming one first, then lists of related records."""
    fields = [found for found in info.fields_for(addons).values() if not found.system]
    plain = [f for f in fields if f.kind not in TO_MANY | NOT_IN_FORMS | {"state"}]
    plain.sort(key=lambda found: found.name != info.display)
    top: list[Any] = [Button(method) for method in offered_methods(info, addons).values()]
    if info.state_field is not None and info.state_field.addon in addons:
        top.append(StatusBar(info.state_field))
    tags = [found for found in fields if found.kind == "many2many"]
    layout: list[Item] = [Header(tuple(top))] if top else []
    layout.append(Group(None, tuple(Show(found) for found in (*plain, *tags)), 2, "fields"))
    layout += [Related(found, (), None, True, None) for found in fields if found.kind == "one2many"]
    return layout


def default_columns(info: ModelInfo, addons: frozenset[str], most: int = LIST_COLUMNS) -> list[Field]:
    """The naming field, the state, then the first fields that fit in a cell."""
    fields = info.fields_for(addons)
    fitting = [f for f in fields.values() if f.kind not in NOT_IN_LISTS and not f.system]
    order = {info.display: 0}
    fitting.sort(key=lambda found: order.get(found.name, 1 if found.kind == "state" else 2))
    return fitting[:most] or [fields["id"]]
