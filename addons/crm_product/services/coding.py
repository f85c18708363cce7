"""Codes of products by the rule of their category: each with a prefix has a numbering of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from addons.crm_product.models.category import Category
from addons.crm_product.services.category_tree import lineage, parents_of_categories
from core.api import Env, Numbering, _, select


def sequence_of(category: int) -> str:
    """The name of a category's numbering rule."""
    return f"crm_product.category.{category}"


def draw_codes(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """Give rows without a code the next one of their category, or of the nearest one around it that has a rule."""
    without = [row for row in rows if not row.get("code") and row.get("category")]
    if not without:
        return
    cls, parents = env.info(Category).cls, parents_of_categories(env)
    ruled = set(env.scalars(select(cls.id).where(cls.code_prefix.is_not(None))))
    by_rule: dict[int, list[dict[str, Any]]] = {}
    for row in without:
        above = lineage(int(getattr(row["category"], "id", row["category"])), parents)
        category = next((one for one in above if one in ruled), None)
        if category is not None:
            by_rule.setdefault(category, []).append(row)
    for category, found in sorted(by_rule.items()):
        codes = env.draw_numbers(sequence_of(category), len(found), into=("crm_product.product", "code"))
        for row, code in zip(found, codes, strict=True):
            row["code"] = code


def keep_rules(env: Env, categories: Iterable[Any]) -> None:
    """Categories with a prefix have a numbering rule; another prefix goes on with the same counter."""
    kernel = env.sudo(_("Numbering of a product category"))
    for category in categories:
        code = sequence_of(category.id)
        rule = kernel.first(Numbering, Numbering.sequence == code)
        if rule is not None:
            kernel.write(rule, prefix=category.code_prefix, title=category.name)
        elif category.code_prefix:
            kernel.create(Numbering, sequence=code, title=category.name, prefix=category.code_prefix, width=4)
