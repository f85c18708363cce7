"""The tree of product categories: what lies around a category."""

from __future__ import annotations

from collections.abc import Mapping

from addons.crm_product.models.category import Category
from core.api import Env, select


def parents_of_categories(env: Env) -> dict[int, int | None]:
    """The tree of categories, child -> parent."""
    category = env.info(Category).cls
    return dict(tuple(row) for row in env.rows(select(category.id, category.parent_id)))


def lineage(category: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """A category and those above it, the nearest first; a circle ends where it closes."""
    found: list[int] = []
    while category is not None and category not in found:
        found.append(category)
        category = parents.get(category)
    return found
