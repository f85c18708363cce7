"""The hierarchy of roles, and what superiors may do, as pages of administrators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from core.api import Env, HierarchyRule, Page, RolePlace, RoleRow, UserRole, _, _n, key_of
from core.lifecycle.superiors import superior_rules

MOST_ROLES = 5_000


def role_tree(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """Every role in use with those below it, how many hold it, and where its rights are."""
    roles = {
        role.id: role
        for role in env.search(RoleRow, RoleRow.active.is_(True), order="code", limit=MOST_ROLES)
    }
    places = {key_of(place, "role"): place for place in env.search(RolePlace, limit=MOST_ROLES)}
    above = {
        role: superior for role, place in places.items() if (superior := key_of(place, "superior")) in roles
    }
    below: dict[Any, list[int]] = defaultdict(list)
    for key in roles:
        below[above.get(key)].append(key)
    held = {
        row.keys[0]: row.count
        for row in env.group(UserRole, ["role"], (), UserRole.company == env.company_id)
    }
    entries = [
        _entry(env, roles[key], places.get(key), depth, held.get(key, 0))
        for key, depth in _walk(below, None, 0)
    ]
    return {
        "entries": entries,
        "may_make": env.can("create", RoleRow),
        "may_place": env.can("create", RolePlace),
    }


def _walk(below: Mapping[Any, list[int]], at: int | None, depth: int) -> Iterator[tuple[int, int]]:
    for key in below.get(at, ()):
        yield key, depth
        yield from _walk(below, key, depth + 1)


def _entry(env: Env, role: RoleRow, place: RolePlace | None, depth: int, holders: int) -> dict[str, Any]:
    edit = f"/r/base.role_place/{place.id}/edit" if place is not None else None
    return {
        "title": role.title.get(env.language) or next(iter(role.title.values()), role.code),
        "url": f"/r/base.role/{role.id}",
        "rights_url": f"/roles/{role.id}/rights",
        "place_url": edit or f"/r/base.role_place/new?role={role.id}",
        "is_own": key_of(role, "company") is not None,
        "depth": depth,
        "holders": _n("{n} person", "{n} people", holders),
    }


def superiors(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """Each kind of record that has owners, by addon."""
    titles = {loaded.name: loaded.manifest.title for loaded in env.composition.loaded}
    groups: dict[str, list[Any]] = defaultdict(list)
    for rule in superior_rules(env):
        groups[rule.info.addon].append(rule)
    choices = dict(env.info(HierarchyRule).fields["direct"].choices or ())
    return {
        "groups": [{"title": titles[addon], "rules": rules} for addon, rules in groups.items()],
        "choices": choices,
        "may_change": env.can("create", HierarchyRule),
    }


ROLE_TREE = Page(
    "base.role_tree", _("Hierarchy of roles"), "role_tree.pt", role_tree, right=("read", RolePlace)
)
SUPERIORS = Page(
    "base.superiors", _("What superiors may do"), "superiors.pt", superiors, right=("read", HierarchyRule)
)
