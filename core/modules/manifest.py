"""What an addon says about itself before any of its code is imported: name, version, needs.

A manifest is data. It is checked as soon as it is written down, so that the author sees the mistake at the
line that made it; whether the kernel and the other addons fit is decided later (discovery and graph).
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from core.errors import ManifestError
from core.i18n import LazyString, _

KERNEL: Final = "base"
"""The name of the kernel's own addon: always first, always enabled, needed by all."""

Version = tuple[int, int, int]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{2,30}")
_VERSION: Final = re.compile(r"(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?", re.ASCII)
_CLAUSE: Final = re.compile(r"(>=|<=|==|!=|>|<)\s*(\S+)")
_MODULE: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_ROLE: Final = re.compile(r"[a-z][a-z0-9_]*")
_HOST: Final = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
_RESERVED: Final = frozenset({"addons", "core", "information_schema", "public", "tests"})
_RESERVED_PREFIXES: Final = ("pg_", "removed_")


def parse_version(text: object) -> Version:
    """`"1.2"` is `"1.2.0"`. Raises ValueError for others: migrations need plain, comparable numbers."""
    found = _VERSION.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"not a version: {text!r}")
    major, minor, patch = found.groups(default="0")
    return int(major), int(minor), int(patch)


def fits(version: Version, wanted: str) -> bool:
    """Whether `version` satisfies every clause of a range such as `">=1.0,<2.0"`. Raises ValueError."""
    results = []
    for clause in wanted.split(","):
        found = _CLAUSE.fullmatch(clause.strip())
        if found is None:
            raise ValueError(f"not a range of versions: {wanted!r}")
        sign, limit = found[1], parse_version(found[2])
        order = (version > limit) - (version < limit)
        results.append({">=": order >= 0, "<=": order <= 0, "==": order == 0, "!=": order != 0,
                        ">": order > 0, "<": order < 0}[sign])  # fmt: skip
    return all(results)


def name_problem(name: object) -> LazyString | None:
    """Why an addon cannot have this name, which is a package, a schema and a part of column names as well."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return _(
            "An addon's name is a letter and 2 to 30 small letters, digits or underscores, not {name}.",
            name=repr(name),
        )
    if "__" in name or name.endswith("_"):
        return _("{name}: two underscores in a row separate addon and field in column names.", name=name)
    if name in _RESERVED or name.startswith(_RESERVED_PREFIXES) or keyword.iskeyword(name):
        return _("{name} is reserved by PostgreSQL, Python or the kernel; choose another name.", name=name)
    return None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """An addon's own statement. Raises `ManifestError` when it cannot be meant."""

    name: str
    """Package, database schema and prefix of columns: small letters, digits, underscores."""
    title: LazyString | str
    """What administrators read: `_("Leads")`."""
    version: str
    """`1.2.0`; migrations are named after versions."""
    core: str = ">=1.0,<2.0"
    """The kernel versions the addon was made for."""
    depends: Sequence[str] = ()
    """Addons whose models, views or hooks it uses; they are loaded and enabled before it."""
    conflicts: Sequence[str] = ()
    """Addons beside which this one cannot work. This one gives way, not the one it names."""
    auto_install: bool = False
    """A bridge between the addons it depends on: installed by itself once all of them are, switched on for a company
    with the last of them and off with the first, so that nobody has to think of it.
    """
    summary: LazyString | str = ""
    """One sentence about what it does."""
    provides: Sequence[str] = ()
    """Codes of the roles that come with it, as its `roles.py` declares them: administrators see what rights they can
    give before any of its code is loaded.
    """
    outbound_hosts: Sequence[str] = ()
    """Names of the hosts that it calls, such as `api.example.com`: `call_outside` reaches no other, and whoever
    installs the addon reads them first.
    """
    keeps_data: LazyString | str = ""
    """One sentence for whoever removes the addon: what of its data stays, and what it is good for without the addon."""
    modules: Sequence[str] = ()
    """Dotted modules and whole packages to load beside those found by convention, as the kernel's addon."""

    def __post_init__(self) -> None:
        problem = name_problem(self.name)
        if problem is not None:
            raise self._error(problem)
        if not self.title or not isinstance(self.title, str | LazyString):
            raise self._error(_("{name}: a title is missing.", name=self.name))
        self._check_versions()
        for field in fields(self):
            if field.name in ("depends", "conflicts", "modules"):
                object.__setattr__(self, field.name, self._names(field.name))
        self._check_relations()
        self._check_promises()

    @property
    def release(self) -> Version:
        """The version as comparable numbers."""
        return parse_version(self.version)

    def fits(self, kernel: str) -> bool:
        """Whether the addon was made for this version of the kernel."""
        return fits(parse_version(kernel), self.core)

    def _check_versions(self) -> None:
        try:
            parse_version(self.version)
        except ValueError:
            text = _("{name}: the version must look like 1.2.0, not {version}.",
                     name=self.name, version=repr(self.version))  # fmt: skip
            raise self._error(text) from None
        try:
            fits((0, 0, 0), self.core)
        except (AttributeError, ValueError):
            text = _("{name}: the range of kernel versions must look like >=1.0,<2.0, not {range}.",
                     name=self.name, range=repr(self.core))  # fmt: skip
            raise self._error(text) from None

    def _names(self, field: str) -> tuple[str, ...]:
        given = getattr(self, field)
        valid = isinstance(given, list | tuple) and all(
            isinstance(entry, str) and _MODULE.fullmatch(entry) for entry in given
        )
        if not valid:
            text = _("{name}: {field} must be a list of names, not {value}.",
                     name=self.name, field=field, value=repr(given))  # fmt: skip
            raise self._error(text)
        return tuple(dict.fromkeys(given))

    def _check_relations(self) -> None:
        if self.name in (*self.depends, *self.conflicts):
            raise self._error(_("{name} names itself as dependency or conflict.", name=self.name))
        both = sorted({*self.depends} & {*self.conflicts})
        if both:
            text = _("{name} both depends on and conflicts with {others}.", name=self.name, others=both)
            raise self._error(text)
        if self.auto_install and not {*self.depends} - {KERNEL}:
            text = _("{name} installs itself, but depends on no addon with which it could.", name=self.name)
            raise self._error(text)
        if KERNEL in self.conflicts:
            raise self._error(_("{name} cannot conflict with the kernel's own addon.", name=self.name))

    def _check_promises(self) -> None:
        for field in ("provides", "outbound_hosts"):
            given = getattr(self, field)
            if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
                text = _("{name}: {field} must be a list of names, not {value}.",
                         name=self.name, field=field, value=repr(given))  # fmt: skip
                raise self._error(text)
            object.__setattr__(self, field, tuple(dict.fromkeys(given)))
        for code in self.provides:
            addon, _dot, role = code.partition(".")
            if addon != self.name or not _ROLE.fullmatch(role):
                text = _("{name}: a role that it provides is called {name}.something, not {code}.",
                         name=self.name, code=code)  # fmt: skip
                raise self._error(text)
        for host in self.outbound_hosts:
            if not _HOST.fullmatch(host):
                text = _(
                    "{name}: {host} is no name of a host, such as api.example.com.", name=self.name, host=host
                )
                raise self._error(text)
        if not isinstance(self.keeps_data, str | LazyString):
            raise self._error(_("{name}: keeps_data is a sentence.", name=self.name))

    def _error(self, text: LazyString) -> ManifestError:
        return ManifestError(text, addon=str(self.name))
