"""The organisation as a tree: departments inside departments, who leads each, and how many work there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from core.api import Department, Employee, Env, Page, _, select

OPEN_LEVELS: Final = 2
"""Departments further down are folded at first."""


@dataclass
class Node:
    """One department with those in it; `here` are the people at work in it, `people` also those further down."""

    id: int
    code: str
    name: str
    manager_id: int | None
    manager: str | None = None
    here: int = 0
    people: int = 0
    is_open: bool = False
    children: list[Node] = field(default_factory=list)


def organisation(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """All departments of the company, in three statements."""
    cls = env.info(Department).cls
    rows = env.rows(
        select(cls.id, cls.code, cls.name, cls.parent_id, cls.manager_id).order_by(cls.code, cls.id)
    )
    counts = {
        row.keys[0]: row.count for row in env.group(Employee, ["department"], (), Employee.status == "active")
    }
    names = env.labels(Employee, {row.manager_id for row in rows if row.manager_id is not None})
    nodes = {
        row.id: Node(
            row.id, row.code, row.name, row.manager_id, names.get(row.manager_id), counts.get(row.id, 0)
        )
        for row in rows
    }
    roots: list[Node] = []
    for row in rows:
        above = nodes.get(row.parent_id)
        (above.children if above is not None else roots).append(nodes[row.id])
    for root in roots:
        _add_up(root, 0)
    return {
        "roots": roots, "without": counts.get(None, 0), "everybody": sum(counts.values()),
        "may_move": env.can("update", Department), "may_add": env.can("create", Department),
        "may_add_people": env.can("create", Employee),
    }  # fmt: skip


def _add_up(node: Node, level: int) -> int:
    node.is_open = level < OPEN_LEVELS
    node.people = node.here + sum(_add_up(child, level + 1) for child in node.children)
    return node.people


ORGANISATION = Page(
    "base.organisation_tree",
    _("Organisation chart"),
    "organisation_tree.pt",
    organisation,
    right=("read", Department),
)
