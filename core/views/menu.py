"""Entries of the navigation tree, as addons declare them; the tree itself is `core.views.navigation`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from core.i18n import LazyString
from core.views.page import Page
from core.views.references import Location, location
from core.views.report import Report
from core.views.view import View

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True, eq=False, slots=True)
class Menu:
    """An entry of the navigation tree: a view, a page, a report, or a branch that holds others."""

    key: str
    label: LazyString
    parent: str | None = None
    view: type[View[Any]] | None = None
    preset: str | None = None
    sequence: int = 10
    icon: str | None = None
    page: Page | None = None
    roles: tuple[Any, ...] = ()
    report: Report | None = None
    when: Callable[[Env], bool] | None = None
    location: Location | None = field(default=None, repr=False)

    __keyuan_mark__: ClassVar[str] = "menu"


def menu(
    key: str,
    label: LazyString,
    *,
    parent: str | None = None,
    view: type[View[Any]] | None = None,
    preset: str | None = None,
    sequence: int = 10,
    icon: str | None = None,
    page: Page | None = None,
    roles: Sequence[Any] = (),
    report: Report | None = None,
    when: Callable[[Env], bool] | None = None,
) -> Menu:
    """Declare an entry. `key` begins with the addon's name; `sequence` orders siblings, then the key does.

    An entry is seen by who may read the view's model or open the page or report, and holds one of `roles` where
    given. A form as view opens a new record. `preset` is a preset of the view. `when` says of the caller whether
    there is occasion for the entry; the answer is kept for many pages, so it follows from rights and what is kept with
    them.
    """
    return Menu(
        key, label, parent, view, preset, sequence, icon, page, tuple(roles), report, when, location(1)
    )
