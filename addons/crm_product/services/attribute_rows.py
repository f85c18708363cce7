"""Rows for what a product does not say yet of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.crm_product.services.category_tree import lineage, parents_of_categories
from core.api import Env, ValidationFailed, _, key_of, select

if TYPE_CHECKING:
    from addons.crm_product.models.product import Product


def add_missing(env: Env, product: Product) -> None:
    """One empty value for each attribute of the product's category, and of those around it, that it lacks."""
    missing = missing_attributes(env, product)
    if not missing:
        raise ValidationFailed.at("category", _("The category has no attributes that the product lacks."))
    env.create_many(
        "crm_product.attribute_value", [{"product": product, "attribute": key} for key in missing]
    )


def missing_attributes(env: Env, product: Product) -> list[int]:
    """Attributes that the product says nothing of: those of outer categories first."""
    line = lineage(key_of(product, "category"), parents_of_categories(env))
    one, value = env.info("crm_product.attribute").cls, env.info("crm_product.attribute_value").cls
    known = set(env.scalars(select(value.attribute_id).where(value.product_id == product.id)))
    rows = env.rows(select(one.id, one.category_id, one.sequence).where(one.category_id.in_(line)))
    ordered = sorted(rows, key=lambda row: (-line.index(row[1]), row[2], row[0]))
    return [key for key, *_rest in ordered if key not in known]
