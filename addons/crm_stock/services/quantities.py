"""Quantities of lines in the units that people choose, and in the product's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from addons.crm_product.models import Product
from addons.crm_product.services.units import Measure, converted, fits, measures
from core.api import Env, LazyString, ValidationFailed, _

NOT_KEPT: Final = "service"
"""The kind of product of which there is no stock."""


def products_of(env: Env, ids: Iterable[int]) -> dict[int, Any]:
    """The products of these ids, in one statement."""
    wanted = set(ids)
    found: list[Any] = env.search(Product, Product.id.in_(wanted), limit=max(1, len(wanted)))
    return {one.id: one for one in found}


def is_kept(product: Any) -> bool:
    """Whether the product is counted in stock."""
    return product.kind != NOT_KEPT and product.is_stocked is not False


def own_quantities(env: Env, lines: Sequence[Any], products: Mapping[int, Any]) -> list[Decimal]:
    """Quantities of lines (with product, unit and quantity) in the products' own units, with two statements.

    Raises `ValidationFailed` at the lines that cannot be posted: services, units of something else, parts of a piece.
    """
    units = {line.unit_id for line in lines} | {one.unit_id for one in products.values()}
    known = measures(env, {one for one in units if one is not None})
    problems: dict[str, list[LazyString]] = {}
    found = []
    for place, line in enumerate(lines):
        product = products[line.product_id]
        try:
            found.append(_own(line, product, known))
        except ValidationFailed as problem:
            for name, texts in problem.problems.items():
                problems[f"lines.{place}.{name}"] = texts
    if problems:
        raise ValidationFailed(problems)
    return found


def _own(line: Any, product: Any, known: Mapping[int, Measure]) -> Decimal:
    own = known[product.unit_id]
    unit = known[line.unit_id] if line.unit_id is not None else own
    if not is_kept(product):
        raise ValidationFailed.at("product", _("“{product}” is not kept in stock.", product=product.name))
    if not fits(line.quantity, unit):
        text = _("{unit} has at most {n} decimals.", unit=unit.name, n=unit.decimals)
        raise ValidationFailed.at("quantity", text)
    quantity: Decimal = line.quantity if unit is own else converted(line.quantity, unit, own)
    return quantity
