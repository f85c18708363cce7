"""A configured product as a product of its own, so that documents, stock and prices know it like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.crm_product.services.configuring import (
    chosen_by_code,
    code_of,
    problems_of,
    surcharge,
    words_of,
)
from addons.crm_product.services.offering import offered
from core.api import Env, ValidationFailed, _, key_of

if TYPE_CHECKING:
    from addons.crm_product.models.product import Product

_COPIED = ("kind", "brand", "product_line", "category", "unit", "tax", "currency", "tax_included", "model_no",
           "warranty_months", "periods", "period_unit", "issue_days")  # fmt: skip


def build_variant(env: Env, product: Product, code: str) -> Product:
    """The variant with this configuration: the one that there is with its price of today, else a new one.

    Raises ValidationFailed at "code" with all that does not go together.
    """
    offer = offered(env, product.id)
    chosen, unknown = chosen_by_code(offer, code)
    problems = [_("{code} is not a short code of this product.", code=part) for part in unknown]
    problems += problems_of(offer, chosen)
    if problems:
        raise ValidationFailed({"code": problems})
    kernel = env.sudo(_("Configured from {product}", product=product.name))
    values: dict[str, Any] = {
        "list_price": product.list_price + surcharge(offer, chosen), "specification": words_of(offer, chosen)[:255],
    }  # fmt: skip
    configuration = code_of(offer, chosen)
    variant: Any = type(product)
    found = kernel.first(
        variant, variant.base_product_id == product.id, variant.configuration == configuration
    )
    if found is not None:
        kernel.write(found, **values)
        return _seen(env, found.id)
    made = kernel.create(variant, name=f"{product.name} {configuration}", code=f"{product.code}-{configuration}",
                         base_product=product, configuration=configuration, **values, **_shared(product))  # fmt: skip
    return _seen(env, made.id)


def _seen(env: Env, key: int) -> Product:
    found: Product = env.get("crm_product.product", key)
    return found


def _shared(product: Any) -> dict[str, Any]:
    relations = ("brand", "product_line", "category", "unit", "tax")
    return {name: key_of(product, name) if name in relations else getattr(product, name) for name in _COPIED}
