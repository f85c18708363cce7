"""The address of a list is its state: what `ListState` knows, and the columns that this person wants to see.

Columns named in the address come first, then those this browser remembers for the user, then the view's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from markupsafe import Markup

from core.errors import BadRequest
from core.i18n import _
from core.orm.dormant import field_asleep
from core.views.build_rows import fits_in_a_cell
from core.views.effective import EffectiveList, EffectiveRows, ShownField
from core.views.filters import Filter, shortened
from core.views.search import ListState
from core.web.cookies import is_https
from core.web.kept import Fill, blank
from core.web.request import Request
from core.web.widgets.escaping import escaped

COLUMNS: Final = "cols"
WORDS: Final = "words"
FILTERS: Final = "filters"
MOST_COLUMNS: Final = 30
_YEAR: Final = 365 * 86400


@dataclass(frozen=True, slots=True)
class Address:
    """Addresses of one list. `columns` is what its address says of them, None when it says nothing; `page` is another
    page that works with the filters of the list; `blanks` names what is left blank in a piece that is kept for all
    conditions: the searched words, the filters.
    """

    state: ListState
    columns: str | None = None
    page: str | None = None
    blanks: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where forms send what they change of the state."""
        return self.page or f"/r/{self.state.view.model.key}"

    @property
    def at_first(self) -> Address:
        """The same list at its first page: where what changes the list leads to."""
        if self.state.after is None and self.state.before is None:
            return self
        return replace(self, state=replace(self.state, after=None, before=None))

    @property
    def of_any_conditions(self) -> Address:
        """The same list with blanks for what it is searched and filtered by, which `filled` fills."""
        state = self.state
        found = ((WORDS, state.q), (FILTERS, state.filters))
        blanks = tuple(name for name, value in found if value)
        return replace(self, state=replace(state, q="", filters=()), blanks=blanks) if blanks else self

    def __call__(self, state: ListState | None = None, **changes: Any) -> str:
        """The address of the list with `changes`."""
        url = (state or self.state).url(**changes)
        for name in self.blanks:
            url = _with(url, blank(name))
        url = self._with_columns(url)
        if self.page is None:
            return url
        query = url.partition("?")[2]
        return f"{self.page}?{query}" if query else self.page

    def _with_columns(self, url: str) -> str:
        if self.columns is None:
            return url
        return _with(url, f"{COLUMNS}={quote(self.columns, safe=',')}")

    def inputs(self, *without: str) -> Markup:
        """The state as hidden inputs of a form that asks for something else."""
        query = replace(self, blanks=())().partition("?")[2]
        pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in without]
        blanks = (
            blank(f"{name} as inputs") for name in self.blanks if not (name == WORDS and "q" in without)
        )
        return Markup("").join((hidden(pairs), *blanks))

    @property
    def words(self) -> str:
        """What the list is searched for."""
        return blank(f"{WORDS} as text") if WORDS in self.blanks else self.state.q

    @property
    def number_of_filters(self) -> str:
        """How many conditions it has, as text; nothing where it has none."""
        number = len(self.state.filters)
        return blank(f"{FILTERS} as number") if FILTERS in self.blanks else str(number or "")

    def part(self, name: str, **more: str) -> str:
        """The address of one part of the page."""
        return _with(self(), urlencode({"part": name, **more}))

    def filtered(self, *conditions: Filter, **changes: Any) -> str:
        """The list with further conditions."""
        known = self.state.filters
        added = tuple(one for one in conditions if one not in known)
        return self(filters=(*known, *added), **changes)


def _with(url: str, more: str) -> str:
    """An address whose query says more."""
    return f"{url}{'&' if '?' in url else '?'}{more}"


def hidden(pairs: list[tuple[str, str]]) -> Markup:
    """Hidden inputs of these names and values."""
    line = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(line.format(name, value) for name, value in pairs)


def filled(state: ListState) -> Fill:
    """What stands in the blanks of `Address.of_any_conditions` where the list is in this state."""
    words, filters = [("q", state.q)], [("f", str(one)) for one in state.filters]
    known = {
        WORDS: escaped(urlencode(words)), FILTERS: escaped(urlencode(filters)),
        f"{WORDS} as inputs": hidden(words), f"{FILTERS} as inputs": hidden(filters),
        f"{WORDS} as text": escaped(state.q), f"{FILTERS} as number": str(len(filters)),
    }  # fmt: skip
    return known.__getitem__


def shown_columns(request: Request, view: EffectiveRows) -> tuple[tuple[ShownField, ...], str | None]:
    """The columns to show, and what the address says of them."""
    if not isinstance(view, EffectiveList):
        return (), None
    named = request.GET.get(COLUMNS)
    if named is not None:
        names = tuple(dict.fromkeys(name for name in named.split(",") if name))
        names = tuple(name for name in names if name in view.fields or not _sleeps(request, view, name))
        wrong = next(
            (name for name in names if name not in view.fields or not can_be_shown(view, name)), None
        )
        if wrong is not None or len(names) > MOST_COLUMNS:
            raise BadRequest(_("There is no column “{name}” here.", name=shortened(wrong or named)))
        return (chosen(view, names), ",".join(names)) if names else (view.columns, None)
    remembered = request.cookies.get(_cookie(request), "")[:2000].split(".")
    names = tuple(dict.fromkeys(name for name in remembered if can_be_shown(view, name)))
    return (chosen(view, names[:MOST_COLUMNS]) if names else view.columns), None


def _sleeps(request: Request, view: EffectiveList, name: str) -> bool:
    return field_asleep(request.env, view.model, name) is not None


def can_be_shown(view: EffectiveList, name: str) -> bool:
    """Whether a list can have the field as a column."""
    found = view.fields.get(name)
    return found is not None and fits_in_a_cell(found) and found.kind != "json"


@lru_cache(maxsize=512)
def chosen(view: EffectiveList, names: tuple[str, ...]) -> tuple[ShownField, ...]:
    """These columns in this order, each as the view shows it."""
    known = {shown.name: shown for shown in view.columns}
    return tuple(known.get(name) or ShownField(view.fields[name], view.fields[name].label) for name in names)


def remember_columns(request: Request, response: Any, names: list[str], model: str) -> None:
    """Keep a choice of columns for this user in this browser; no names: the view's own again."""
    cookie, path = _cookie(request), f"/r/{model}"
    if names:
        response.set_cookie(
            cookie,
            ".".join(names),
            path=path,
            max_age=_YEAR,
            httponly=True,
            samesite="Lax",
            secure=is_https(request),
        )
    else:
        response.delete_cookie(cookie, path=path)


def _cookie(request: Request) -> str:
    return f"keyuan-columns-{request.env.user_id}"


def single(params: Mapping[str, str], name: str) -> str:
    """One parameter of the page itself."""
    return str(params.get(name, "")).strip()
