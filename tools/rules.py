"""House rules that neither ruff nor import-linter can say, read from the syntax of ``core`` and ``addons``.

python -m tools.rules       prints every breach as file:line: what is wrong
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.lifecycle.front_door import (
    Breach,
    Import,
    front_door_breaches,
    imports_in,
    migration_breaches,
    sql_door_breaches,
)

ROOT = Path(__file__).resolve().parents[1]

ROOMS_OF_PACKAGES = {  # third-party package -> the only places that may import it
    **dict.fromkeys(("pyramid", "webob", "chameleon", "wtforms", "zope"), ("core/web",)),
    **dict.fromkeys(("psycopg2", "alembic"), ("core/orm", "core/lifecycle")),
    "pluggy": ("core/modules",),
    "smtplib": ("core/mail",),
    "typst": ("core/exchange",),
    "waitress": ("core/web", "core/server"),
}
SQL_ROOMS = ("core/orm", "core/lifecycle")
ENVIRONMENT_ROOM = "core/config.py"
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}


@dataclass(frozen=True)
class Source:
    """One Python file, with its place below the root."""

    place: PurePosixPath
    tree: ast.Module
    root: Path

    def within(self, *rooms: str) -> bool:
        return any(
            self.place == PurePosixPath(room) or PurePosixPath(room) in self.place.parents for room in rooms
        )

    @property
    def addon(self) -> str | None:
        return self.place.parts[1] if self.place.parts[0] == "addons" and len(self.place.parts) > 2 else None

    @property
    def is_test(self) -> bool:
        return "tests" in self.place.parts

    @property
    def is_migration(self) -> bool:
        return self.addon is not None and self.place.parts[2] == "migrations"

    def imports(self) -> Iterator[Import]:
        """Every import with its full module name, relative ones resolved."""
        return imports_in(self.tree, ".".join(self.place.parent.parts))


def third_party_stays_in_its_room(source: Source) -> Iterator[Breach]:
    for found in source.imports():
        package = found.module.partition(".")[0]
        rooms = ROOMS_OF_PACKAGES.get(package)
        if rooms and not source.is_test and not source.within(*rooms):
            yield found.line, f"{package} may be imported only in {' and '.join(rooms)}"


def addon_uses_the_front_door(source: Source) -> Iterator[Breach]:
    """An addon imports core.api, itself, and the public modules of the addons that its manifest names; its migrations
    import none of these, but the tables as a version had them.
    """
    if source.addon is None:
        return
    declared = dependencies(source.root, source.addon)
    for found in source.imports():
        named = [target.split(".")[1] for target in found.targets if target.startswith("addons.")]
        packages = {name: f"addons.{name}" for name in named}
        if source.is_migration:
            yield from migration_breaches(found, packages)
        else:
            yield from front_door_breaches(found, source.addon, declared, packages, is_test=source.is_test)


def dependencies(root: Path, addon: str) -> set[str]:
    """The `depends` of the addon's manifest; none when it cannot be read."""
    try:
        tree = ast.parse((root / "addons" / addon / "manifest.py").read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return set()
    keywords = [word for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords]
    lists = [word.value for word in keywords if word.arg == "depends"]
    leaves = [leaf.value for value in lists for leaf in ast.walk(value) if isinstance(leaf, ast.Constant)]
    return {leaf for leaf in leaves if isinstance(leaf, str)}


def base_uses_the_front_door(source: Source) -> Iterator[Breach]:
    """The kernel's own addon is written like any other; only life cycle is open to it as well."""
    if not source.within("core/base") or source.is_test:
        return
    for found in source.imports():
        room = found.module.split(".")[1:2]
        if found.module.split(".")[0] == "core" and room not in (["api"], ["lifecycle"], ["base"]):
            yield found.line, f"core.base imports core.api and core.lifecycle only, not {found.module}"


def sql_stays_in_its_rooms(source: Source) -> Iterator[Breach]:
    """What goes round the policy of Env: textual SQL, tables, connections and engines."""
    if source.is_test or source.within(*SQL_ROOMS, "core/testing"):
        return
    place = f"outside {' and '.join(SQL_ROOMS)}"
    yield from sql_door_breaches(source.tree, list(source.imports()), place)


def is_name(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def environment_is_read_once(source: Source) -> Iterator[Breach]:
    if source.is_test or source.within(ENVIRONMENT_ROOM):
        return
    names = {"environ", "environb", "getenv", "putenv"}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in names and is_name(node.value, "os"):
            yield node.lineno, f"os.{node.attr} may be used only in {ENVIRONMENT_ROOM}"
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            for alias in node.names:
                if alias.name in names:
                    yield node.lineno, f"os.{alias.name} may be used only in {ENVIRONMENT_ROOM}"


def files_have_meaningful_names(source: Source) -> Iterator[Breach]:
    if FORBIDDEN_NAMES.intersection({source.place.stem, *source.place.parent.parts}):
        yield 1, "name the file by what it is about, not utils, helpers or common"


RULES: list[Callable[[Source], Iterator[Breach]]] = [
    third_party_stays_in_its_room,
    addon_uses_the_front_door,
    base_uses_the_front_door,
    sql_stays_in_its_rooms,
    environment_is_read_once,
    files_have_meaningful_names,
]


def breaches(root: Path = ROOT) -> Iterator[str]:
    """Every breach below ``core`` and ``addons``; a file that cannot be parsed is one."""
    for path in sorted((*root.glob("core/**/*.py"), *root.glob("addons/**/*.py"))):
        place = PurePosixPath(path.relative_to(root).as_posix())
        try:
            source = Source(place, ast.parse(path.read_text(encoding="utf-8")), root)
        except (SyntaxError, ValueError) as error:
            yield f"{place}:{getattr(error, 'lineno', None) or 1}: cannot be parsed: {error}"
            continue
        for line, message in sorted({breach for rule in RULES for breach in rule(source)}):
            yield f"{place}:{line}: {message}"


if __name__ == "__main__":
    found = list(breaches())
    print("\n".join(found) if found else "no house rule is broken")
    sys.exit(1 if found else 0)
