"""The page of rights as shipped: which role may do what with whose records, from the grants and rules of the addons.

python -m tools.rights_matrix        prints it

It composes the addons, so it runs in a process of its own; `tools.reference` asks it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from core.auth.access_index import AccessIndex, access_index
from core.auth.grants import WRITE_SHARED, Rows
from core.auth.identity import Identity
from core.auth.ways import Way, ways_of_grants, ways_of_hierarchy
from core.config import Config
from core.i18n import use_language
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, ModelInfo, compose
from tools.signatures import table

ADDONS: Final = Path(__file__).parent.parent / "addons"
LETTERS: Final = {
    "read": "R", "create": "C", "update": "U", "delete": "D", "export": "X", "import": "I", "print": "P",
}  # fmt: skip
OWNER: Final = 1
PEOPLE: Final[Mapping[str, Mapping[str, object]]] = {
    "owner": {"user_id": OWNER, "members": (OWNER,)},
    "direct superior": {"user_id": 2, "direct_reports": (OWNER,), "reports": (OWNER,)},
    "further up": {"user_id": 3, "reports": (OWNER,)},
    "same department": {"user_id": 4, "members": (OWNER, 4), "own_members": (OWNER, 4)},
    "anybody else": {"user_id": 5},
}
"""Who holds the role, seen from the owner of a record. Superiors sit in other departments here."""
WITHOUT_OWNER: Final[Mapping[str, Mapping[str, object]]] = {
    "same department": {"user_id": 4, "departments": (1,), "own_departments": (1,)},
    "anybody else": {"user_id": 5},
}

INTRODUCTION: Final = """
What roles may do as the addons ship it, by whose record it is. A company may change it; the pages “Rights of the
role …” and “Who can do what here, and why” show what holds there. That it is kept is tested for every model of every
addon, for owner, colleague, direct and indirect superior, administrator, somebody without a role and another company,
on each of these ways (by `tests/core/test_conformance.py` and `tests/core/test_conformance_pages.py`):

| way | where |
| --- | --- |
| lists, counts, search, groups, proposals, names, bin, records, history | `core/testing/conformance.py` |
| pages by HTTP, for strangers too | `core/testing/conformance_pages.py`, `core/testing/conformance_deeds.py` |
| files | `tests/core/test_conformance.py::test_files_follow_their_record` |
| exports | `core/testing/exported.py` |
| imports: the right and the fields | `core/testing/imported.py` |
| imports: rows that change, make and point to records | `core/testing/imported_rows.py` |
| paper: printed lists, printed records, documents | `core/testing/printed.py` |
| API: lists, search, records, making, changing, deleting, without a key | `core/testing/conformance_api.py` |
| values that are hidden or masked, on all of these | `core/testing/kept_back.py` |

R view, C create, U edit, D delete, X export, I import, P print; other rights by their names. A letter in brackets:
a rule of the role opens some of these records, see the rules below the table. An empty cell: nothing. Who holds several
roles has the rights of all of them. Nobody has any right on records of another company; without a role, and without
signing in, there is none at all. A direct superior has the rights of the own role on the records of the people below,
but D; superiors further up R, X and P. A sharing rule, a share by hand or a place in the record's team opens R, X and P
to who has these rights, and U where it says so.
"""


def page() -> str:
    """The whole page in English."""
    with use_language("en"):
        composed = compose(
            load(
                order(
                    discover(Config(Path(), ())),
                    sorted(one.parent.name for one in ADDONS.glob("*/manifest.py")),
                )
            )
        )
        titles = {loaded.name: str(loaded.manifest.title) for loaded in composed.loaded}
        parts = [part for name, title in titles.items() for part in _addon(composed, name, title)]
    note = "<!-- made by `python -m tools.documents update`; do not edit -->"
    return "\n\n".join(["# Rights as shipped", note, INTRODUCTION.strip(), *parts]) + "\n"


def _addon(composed: Composition, addon: str, title: str) -> Iterator[str]:
    index = access_index(composed)
    own = sorted(
        (info for info in composed.models.values() if info.addon == addon), key=lambda info: info.key
    )
    if own:
        yield f"## {title} (`{addon}`)"
    for info in own:
        yield from _model(index, info, frozenset(composed.addons))


def _model(index: AccessIndex, info: ModelInfo, addons: frozenset[str]) -> Iterator[str]:
    if info.whole is not None:
        yield f"### {info.label} (`{info.key}`)"
        yield f"Part of `{info.whole.key}`: read as it is, made, changed and deleted by whoever may change it."
        return
    people = PEOPLE if info.is_owned else WITHOUT_OWNER
    if not info.is_owned and "department" not in info.fields:
        people = {"every record": {"user_id": 5}}
    rows = []
    for code in sorted(index.roles):
        rights = index.rights(info, frozenset({code}), addons)
        if rights:
            cells = [_cell(index, info, _holder(code, addons, person), rights) for person in people.values()]
            rows.append((f"`{code}`", *cells))
    yield f"### {info.label} (`{info.key}`)"
    yield table(("role", *people), rows) if rows else "Nobody; the kernel alone."
    rules = list(_rules(index, info, addons))
    if rules:
        yield "\n".join(rules)


def _holder(code: str, addons: frozenset[str], person: Mapping[str, object]) -> Identity:
    values = {
        "real_user_id": 0, "user_name": "", "login": "", "email": None, "language": "en", "must_change_password": False,
        "is_demo": False, "company_id": 1, "company_name": "", "timezone": ZoneInfo("UTC"), "currency": "CNY",
        "company_language": "en", "companies": (), "roles": frozenset({code}), "granting": frozenset({code}),
        "addons": addons, **person,
    }  # fmt: skip
    return Identity(**values)  # type: ignore[arg-type]


def _cell(index: AccessIndex, info: ModelInfo, holder: Identity, rights: dict[str, frozenset[Rows]]) -> str:
    words = []
    for action in _ordered(rights):
        letter = LETTERS.get(action, action)
        ways = ways_of_grants(info, rights[action], holder)
        ways += ways_of_hierarchy(info, action, holder) if info.is_owned else []
        if any(_opens(way) for way in ways):
            words.append(letter)
        elif index.rules(info, action, holder.roles, holder.addons):
            words.append(f"({letter})")
    letters = "".join(word for word in words if word.strip("()") in LETTERS.values())
    return " ".join([letters, *(word for word in words if word.strip("()") not in LETTERS.values())]).strip()


def _opens(way: Way) -> bool:
    """Whether it opens the record in question: owned by `OWNER`, or of the holder's department."""
    return way.everything or OWNER in way.owners or way.condition is not None


def _ordered(actions: dict[str, frozenset[Rows]]) -> list[str]:
    order_of = [*LETTERS, *sorted(actions)]
    return sorted((one for one in actions if one != WRITE_SHARED), key=order_of.index)


def _rules(index: AccessIndex, info: ModelInfo, addons: frozenset[str]) -> Iterator[str]:
    """Each rule once, with the roles and actions that it opens rows to."""
    found: dict[str, dict[str, Sequence[str]]] = {}
    actions = index.declared_actions(info)
    for code in sorted(index.roles):
        for action in sorted(actions, key=[*LETTERS, *actions].index):
            for rule in index.rules(info, action, frozenset({code}), addons):
                roles = found.setdefault(str(rule.label), {})
                roles[code] = [*roles.get(code, ()), LETTERS.get(action, action)]
    for text, roles in found.items():
        said = "; ".join(f"`{code}` {' '.join(letters)}" for code, letters in roles.items())
        yield f"- {text} ({said})"


if __name__ == "__main__":
    sys.stdout.write(page())
