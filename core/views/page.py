"""An addon's own page, for the rare screen that no view type covers: a template and what gives its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from core.i18n import LazyString
from core.views.references import Location, location

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True, eq=False, slots=True)
class Page:
    """A page at `/p/<key>`; the key begins with the addon's name.

    `template` is a file in the addon's `templates/`; `data(env, params)` returns what it shows. `right` is
    (right, model) asked of `env.can`; without it the page is for everybody of the company.
    """

    key: str
    title: LazyString
    template: str
    data: Callable[[Env, Mapping[str, str]], dict[str, Any]]
    right: tuple[str, type] | None = None
    location: Location = field(default_factory=lambda: location(2), repr=False)

    __keyuan_mark__: ClassVar[str] = "page"

    @property
    def url(self) -> str:
        return f"/p/{self.key}"

    def allowed(self, env: Env) -> bool:
        """Whether the caller may open the page."""
        return self.right is None or env.can(*self.right)
