"""What stands around every signed-in page: the navigation tree, who is working, and what waits for that person."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from core.auth.acting import ACT_FOR
from core.auth.identity import HeldRole
from core.auth.roles import USER
from core.i18n import LazyString, _, current_language
from core.views.navigation import MenuNode, menu_tree

if TYPE_CHECKING:
    from core.web.request import Request


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the tree as the page shows it; `is_open` for the branch that holds the current page."""

    key: str
    label: LazyString
    url: str | None
    icon: str | None
    is_current: bool
    is_open: bool
    children: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to this page; the last has no address."""

    label: LazyString | str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class CompanyChoice:
    """A company that the user can change to."""

    id: int
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role in which the user can work alone; id None stands for all of them."""

    id: int | None
    title: LazyString | str
    is_current: bool


class Chrome:
    """Read by the layout only; a page without layout costs nothing."""

    def __init__(self, request: Request) -> None:
        self._request = request

    @property
    def is_signed_in(self) -> bool:
        return self._request._env is not None and self._request.caller is not None

    @property
    def current(self) -> str | None:
        """The key of the entry that leads to this page."""
        env = self._request.env
        leaves = env.policy.remembered("menu leaves", lambda: leaves_of(menu_tree(env)))
        return best_match(leaves, self._request.path, dict(self._request.GET.items()))

    def entries(self, current: str | None) -> list[Entry]:
        """The navigation tree with one entry marked."""
        return [_entry(node, current) for node in menu_tree(self._request.env)]

    @property
    def person(self) -> tuple[Hashable, ...]:
        """What the top of a page shows beside the caller's rights."""
        return (
            self.user_name, self.real_user_name, self.is_acting, self.company_name, self.unread, *self.roles
        )  # fmt: skip

    @property
    def user_name(self) -> str:
        caller = self._request.caller
        return "" if caller is None else caller.user_name

    @property
    def initials(self) -> str:
        """One or two characters for the round sign of the user: 王小明 is 小明, Mary Smith is MS."""
        return initials(self.user_name)

    @property
    def company_name(self) -> str:
        caller = self._request.caller
        return "" if caller is None else caller.company_name

    @property
    def companies(self) -> list[CompanyChoice]:
        """The companies where the user may work."""
        caller = self._request.caller
        if caller is None:
            return []
        return [CompanyChoice(key, name, key == caller.company_id) for key, name in caller.companies]

    @property
    def roles(self) -> list[RoleChoice]:
        """In which roles the user can work: each of those held beside the kernel's own, or all. None of one role."""
        caller = self._request.caller
        held = [role for role in caller.held_roles if role.code != USER.code] if caller is not None else []
        if caller is None or (len(held) < 2 and caller.working_role_id is None):
            return []
        language, now = current_language(), caller.working_role_id
        each = [RoleChoice(role.id, _title(role, language), role.id == now) for role in held]
        return [RoleChoice(None, _("All my roles"), now is None), *each]

    @property
    def working_role(self) -> str | None:
        """The one role in which the user works; None where it is all of them."""
        return next((str(role.title) for role in self.roles if role.is_current and role.id is not None), None)

    @property
    def is_acting(self) -> bool:
        """Whether somebody else works in the name of the user."""
        return self._request.caller is not None and self._request.caller.is_acting

    @property
    def real_user_name(self) -> str:
        """Who has signed in."""
        return "" if self._request.caller is None else self._request.caller.real_user_name

    @property
    def may_act_for_others(self) -> bool:
        return not self.is_acting and self._request.env.can(ACT_FOR, "base.user")

    @property
    def unread(self) -> int:
        """Notices that the user has not read yet."""
        caller = self._request.caller
        return 0 if caller is None else caller.unread


def _title(role: HeldRole, language: str) -> str:
    return role.titles.get(language) or next(iter(role.titles.values()), role.code)


def initials(name: str) -> str:
    """What stands in the round sign of a person."""
    words = name.split()
    if not words:
        return "?"
    if any("\u4e00" <= character <= "\u9fff" for character in name):
        return words[-1][-2:]
    return "".join(word[0] for word in (words if len(words) == 1 else (words[0], words[-1]))).upper()


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where an entry leads to: its path, what its addresses below begin with, and what it asks for."""

    key: str
    path: str
    below: str
    wanted: Mapping[str, str]


def best_match(leaves: Iterable[Leaf], path: str, query: Mapping[str, str]) -> str | None:
    """The key of the entry that leads to this page: the same record type, and as much of the query as fits."""
    best: tuple[int, str] | None = None
    for leaf in leaves:
        if leaf.path != path and not path.startswith(leaf.below):
            continue
        score = _score(leaf, path, query)
        if score is not None and (best is None or score > best[0]):
            best = score, leaf.key
    return best[1] if best else None


def leaves_of(nodes: Iterable[MenuNode]) -> list[Leaf]:
    """Every entry of the tree that leads somewhere, in its order."""
    found = []
    for node in nodes:
        if node.url is not None:
            parts = urlsplit(node.url)
            below = f"{parts.path.removesuffix('/new')}/"
            found.append(Leaf(node.key, parts.path, below, dict(parse_qsl(parts.query))))
        found += leaves_of(node.children)
    return found


def _score(leaf: Leaf, path: str, query: Mapping[str, str]) -> int | None:
    if any(query.get(name, value) != value for name, value in leaf.wanted.items()):
        return None
    exact = 2 if path == leaf.path else 0
    return exact + 2 * sum(name in query for name in leaf.wanted) - len(leaf.wanted)


def _entry(node: MenuNode, current: str | None) -> Entry:
    children = tuple(_entry(child, current) for child in node.children)
    is_open = any(child.is_current or child.is_open for child in children)
    return Entry(node.key, node.label, node.url, node.icon, node.key == current, is_open, children)
