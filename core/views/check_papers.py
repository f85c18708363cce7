"""Whether what a paper names exists: fields that fit in a line, tables of what belongs to the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.fields import TO_ONE
from core.views.build_rows import fits_in_a_cell
from core.views.layout import Related, Show
from core.views.references import describe
from core.views.registry import Registry
from core.views.scope import named_field
from core.views.view import View, own

Found = Iterator[tuple[str, LazyString]]


def check_paper(registry: Registry, info: ModelInfo, view: type[View[Any]]) -> Found:
    """The mistakes of one class: a paper or an extension of one. Columns of tables are checked with those of forms."""
    if view.__keyuan_view__ is view and not own(view, "title"):
        yield "title", _("A paper needs a title.")
    for attribute in ("head", "totals", "texts"):
        for item in own(view, attribute):
            yield from _field(info, item)
    number = own(view, "number")
    if number is not None and number != ():
        yield from _field(info, number)
    for one in own(view, "parties"):
        if one.field is None:
            continue
        name = named_field(info, one.field)
        if name is None or info.fields[name].kind not in TO_ONE:
            yield describe(one.field), _("{model} has no such reference.", model=info.key)
            continue
        target = registry.models[str(info.fields[name].target_key)]
        for item in one.lines:
            yield from _field(target, item)
    for item in own(view, "tables"):
        reference = item.field if isinstance(item, Related) else item
        name = named_field(info, reference)
        if name is None or info.fields[name].kind != "one2many":
            yield describe(reference), _("{model} has no such list of related records.", model=info.key)


def _field(info: ModelInfo, item: Any) -> Found:
    reference = item.field if isinstance(item, Show) else item
    name = named_field(info, reference)
    if name is None:
        yield describe(reference), _("{model} has no such field.", model=info.key)
    elif not fits_in_a_cell(info.fields[name]):
        yield name, _("It does not fit in a column.")
