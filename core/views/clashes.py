"""Two addons that claim one thing on the screens and do not know of each other: a key, or a part of a form.

Whichever comes later in the order of addons would win or lose by chance, so at a start it stands aside (see
`core.lifecycle.quarantine`). Who builds on the other addon replaces parts of it on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from sys import modules
from typing import Any, Final

from core.errors import CompositionError
from core.i18n import LazyString, _
from core.modules.graph import knows
from core.modules.manifest import Manifest
from core.orm.compose import Composition
from core.orm.declared import OptionList
from core.views.extend import Change, anchor_keys
from core.views.references import Location, describe
from core.views.registry import Declared, registry_of
from core.views.view import own

_KEYS: Final[Mapping[str, tuple[str, LazyString]]] = {
    "menu": ("key", _("the menu {key}")), "page": ("key", _("the page {key}")),
    "report": ("key", _("the report {key}")), "card": ("key", _("the card {key}")),
    "role": ("code", _("the role {key}")), "numbering": ("sequence", _("the numbering rule {key}")),
    "options": ("codes", _("the choice {key}")),
}  # fmt: skip
"""By mark, what tells declarations apart in addresses and in the database, and how people are told."""


@dataclass(frozen=True)
class Clash:
    """What both claim, and where each does; the `second` is the later one in the order of addons.

    `subject` and `part` name it for `core.views.check`: the view or declaration of the second, and what of it.
    """

    what: LazyString
    subject: str
    part: str
    first: tuple[str, Location | None]
    second: tuple[str, Location | None]

    @property
    def text(self) -> LazyString:
        """The sentence that names both."""
        return _(
            "Both {first} ({place}) and {second} ({other}) declare {what}. "
            "Change one of them, or let one depend on the other.",
            first=self.first[0], place=str(self.first[1] or "?"), second=self.second[0],
            other=str(self.second[1] or "?"), what=self.what,
        )  # fmt: skip

    @property
    def error(self) -> CompositionError:
        """The same as the reason why the later addon stands aside."""
        place = self.second[1]
        return CompositionError(
            self.text,
            addon=self.second[0],
            file=place.file if place else None,
            line=place.line if place else None,
        )


def clashes(composed: Composition) -> Iterator[Clash]:
    """All of a composition, by kind and in the order of addons."""
    manifests = {addon.name: addon.manifest for addon in composed.loaded}
    yield from _keys(composed)
    for view, changed in registry_of(composed).extensions.items():
        yield from _parts(view, changed, manifests)


def _keys(composed: Composition) -> Iterator[Clash]:
    claimed: dict[tuple[str, str], tuple[str, Location | None]] = {}
    for addon in composed.loaded:
        for mark, declared, module in addon.marked:
            for key in _keys_of(mark, declared):
                first = claimed.setdefault((mark, key), (addon.name, _place(declared, module, key)))
                if first[0] != addon.name:
                    what = _KEYS[mark][1].format(key=key)
                    second = (addon.name, _place(declared, module, key))
                    yield Clash(what, f"{mark} {key}", "key", first, second)


def _keys_of(mark: str, declared: Any) -> Sequence[str]:
    """An option list has a key for each choice: others may add to the list of an addon."""
    if mark not in _KEYS:
        return ()
    if isinstance(declared, OptionList):
        return [f"{declared.list_code}/{code}" for code, _name in declared.choices]
    return [str(getattr(declared, _KEYS[mark][0]))]


def _parts(view: Any, changed: list[Declared], manifests: Mapping[str, Manifest]) -> Iterator[Clash]:
    """Replaced by both, or replaced by one and removed by the other: neither gets what it meant."""
    taken = [
        (declared, change)
        for declared in changed
        for change in own(declared.view, "changes")
        if change.how in ("replace", "remove")
    ]
    for (one, first), (other, second) in combinations(taken, 2):
        if one.addon == other.addon or knows(manifests, other.addon, one.addon):
            continue
        if "replace" in (first.how, second.how) and _same_part(first, second):
            part, subject = describe(second.anchor), other.view.__qualname__
            what = _("what replaces {part} of {view}", part=part, view=view.__qualname__)
            yield Clash(what, subject, part, (one.addon, _of(one, first)), (other.addon, _of(other, second)))


def _same_part(first: Change, second: Change) -> bool:
    return not set(anchor_keys(first.anchor)).isdisjoint(anchor_keys(second.anchor))


def _of(declared: Declared, change: Change) -> Location:
    return change.location or declared.view.__keyuan_location__


def _place(declared: Any, module: str, key: str) -> Location | None:
    known = getattr(declared, "location", None)
    if isinstance(known, Location):
        return known
    file = getattr(modules.get(module), "__file__", None)
    return Location(file, _line_of(file, key.rpartition("/")[2])) if file else None


def _line_of(file: str, key: str) -> int:
    """The first line that has the key in quotes: these declarations carry no place of their own."""
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except OSError:
        return 1
    return next((n for n, line in enumerate(lines, 1) if f'"{key}"' in line or f"'{key}'" in line), 1)
