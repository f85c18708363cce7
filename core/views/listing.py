"""The list: many records in columns, with what one may filter, order, group and sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from core.i18n import LazyString, _
from core.views.grouping import Grouping
from core.views.layout import FieldRef, MethodRef, Show
from core.views.view import M, View

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.methods import Where


WhereFunction: TypeAlias = "Callable[[Env], Where]"


@dataclass(frozen=True, eq=False, slots=True)
class Preset:
    """A named choice of rows, offered above the list. `count` shows how many there are beside the name."""

    key: str
    label: LazyString
    where: WhereFunction | None = None
    default: bool = False
    count: bool = False


def preset(
    key: str,
    label: LazyString,
    where: WhereFunction | None = None,
    *,
    default: bool = False,
    count: bool = False,
) -> Preset:
    """Rows people ask for often; `where(env)` says which, None means all."""
    return Preset(key, label, where, default, count)


class ListView(View[M]):
    """How many records are shown.

    `order` is a field name, with a minus for the greatest first. `filters` and `groups` are offered first
    (any other field can still be asked for); `totals` are summed over all rows found; `actions` are the
    methods offered for marked rows, all that have a button when none are named. An extension gives
    `changes` of the columns, and further presets, filters, groups, totals and actions.
    """

    kind = "list"
    label: ClassVar[LazyString] = _("List")
    icon = "list"
    columns: ClassVar[Sequence[FieldRef | Show]] = ()
    order: ClassVar[str | None] = None
    presets: ClassVar[Sequence[Preset]] = ()
    filters: ClassVar[Sequence[FieldRef]] = ()
    groups: ClassVar[Sequence[FieldRef | Grouping]] = ()
    totals: ClassVar[Sequence[FieldRef]] = ()
    actions: ClassVar[Sequence[MethodRef]] = ()
    limit: ClassVar[int] = 80
