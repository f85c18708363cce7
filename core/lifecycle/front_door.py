"""What an addon's code may import and touch, read from its syntax: the front door of the kernel and of other addons.

Nothing but the standard library is needed here, so that `tools.rules` can ask without an environment.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PUBLIC_MODULES: Final = frozenset({"models", "views", "reports", "roles", "states", "hookspecs", "services"})
"""Of an addon these are for others; the rest is its own."""

KERNELS_OWN: Final = frozenset(
    {"alembic", "chameleon", "pluggy", "psycopg2", "pyramid", "waitress", "webob", "wtforms", "zope"}
)
"""Libraries that only rooms of the kernel use; an addon says what it wants by declarations."""

NETWORK: Final = frozenset(
    {
        "aiohttp",
        "ftplib",
        "http.client",
        "httpx",
        "imaplib",
        "poplib",
        "requests",
        "smtplib",
        "socket",
        "telnetlib",
    }
    | {"urllib.request", "urllib3", "websockets", "xmlrpc"}
)
"""Libraries that call outside; an addon does that by `core.api.call_outside`, to the hosts of its manifest."""

SQL_DOORS: Final = frozenset({"text", "create_engine", "engine_from_config"})
"""Names of SQLAlchemy that go round the policy of Env."""

MIGRATIONS_DOOR: Final = "core.lifecycle.picture"
"""What migrations import of Keyuan: tables as a version had them."""

Breach = tuple[int, str]


@dataclass(frozen=True)
class Import:
    """An import with its full module name, relative ones resolved."""

    line: int
    module: str
    names: tuple[str, ...]

    @property
    def targets(self) -> list[str]:
        """Every dotted name that is asked for: `from a import b` asks for `a.b`."""
        return [f"{self.module}.{name}" for name in self.names] or [self.module]


def imports_in(tree: ast.AST, package: str) -> Iterator[Import]:
    """Every import of a module that lies in `package`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name, ())
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            module = ".".join([*above, *filter(None, [node.module])]) if node.level else node.module or ""
            yield Import(node.lineno, module, tuple(alias.name for alias in node.names))


def front_door_breaches(
    found: Import, addon: str, declared: Collection[str], packages: Mapping[str, str], *, is_test: bool
) -> Iterator[Breach]:
    """What is wrong with one import of an addon's module. Its tests may look behind the kernel's door.

    `declared` are the dependencies of its manifest, `packages` the import names of addons: {"crm_base":
    "addons.crm_base"}.
    """
    for target in found.targets:
        first, _dot, rest = target.partition(".")
        if first == "core":
            room = rest.partition(".")[0]
            if room != "api" and not is_test:
                yield found.line, f"an addon imports core.api only, not {found.module}"
            continue
        other = next(
            (name for name, package in packages.items() if f"{target}.".startswith(f"{package}.")), None
        )
        if other is None or other == addon:
            continue
        part = target[len(packages[other]) :].lstrip(".").partition(".")[0]
        if other not in declared:
            yield found.line, f"{other} is not among the dependencies in {addon}/manifest.py"
        elif part not in PUBLIC_MODULES:
            yield found.line, f"of {other} only {', '.join(sorted(PUBLIC_MODULES))} are public"


def migration_breaches(found: Import, packages: Mapping[str, str]) -> Iterator[Breach]:
    """What is wrong with one import of a migration, which runs when the code around it is another one than today's."""
    for target in found.targets:
        if target.partition(".")[0] == "core" and not f"{target}.".startswith(f"{MIGRATIONS_DOOR}."):
            yield (
                found.line,
                f"a migration imports {MIGRATIONS_DOOR} only, not {found.module}: it will have changed",
            )
        elif any(f"{target}.".startswith(f"{package}.") for package in packages.values()):
            yield found.line, f"a migration imports no addon's code, not {found.module}: it will have changed"


def sql_door_breaches(tree: ast.AST, imports: Collection[Import], place: str) -> Iterator[Breach]:
    """What goes round the policy of Env: textual SQL, tables, connections and engines; `place` is where it may be."""
    for found in imports:
        if found.module.split(".")[0] == "sqlalchemy":
            for name in sorted(SQL_DOORS.intersection(found.names)):
                yield found.line, f"sqlalchemy.{name} is refused {place}"
    for node in ast.walk(tree):
        if "__table__" in (getattr(node, "attr", None), getattr(node, "value", None)):
            yield node.lineno, f"__table__ is refused {place}"  # type: ignore[attr-defined]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func
            if called.attr == "connection":
                yield node.lineno, f".connection() is refused {place}"
            elif called.attr in SQL_DOORS and getattr(called.value, "id", None) in ("sqlalchemy", "sa"):
                yield node.lineno, f"sqlalchemy.{called.attr} is refused {place}"


def addon_breaches(
    folder: Path, package: str, addon: str, declared: Collection[str], packages: Mapping[str, str]
) -> Iterator[tuple[str, int, str]]:
    """Every breach in the files of one addon: file, line, what is wrong. Its tests may use the test kit and SQL, its
    migrations SQL alone.

    Raises SyntaxError for a file that is no Python.
    """
    for path in sorted(folder.rglob("*.py")):
        inner = path.relative_to(folder).parts
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = list(imports_in(tree, ".".join([package, *inner[:-1]])))
        is_test, is_migration = "tests" in inner, inner[0] == "migrations"
        found = [
            breach
            for each in imports
            for breach in (
                migration_breaches(each, packages)
                if is_migration
                else front_door_breaches(each, addon, declared, packages, is_test=is_test)
            )
        ]
        if not is_test:
            found += [
                (each.line, f"{each.module.partition('.')[0]} is for the kernel alone")
                for each in imports
                if each.module.partition(".")[0] in KERNELS_OWN
            ]
            found += [
                (each.line, f"{name} is refused: call_outside reaches the outbound_hosts of the manifest")
                for each in imports
                for name in sorted(NETWORK)
                if any(f"{target}.".startswith(f"{name}.") for target in each.targets)
            ]
            found += sql_door_breaches(tree, imports, "in addons") if not is_migration else ()
        for line, message in sorted(set(found)):
            yield "/".join(inner), line, message
