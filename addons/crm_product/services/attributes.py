"""Values of attributes: checked by the attribute's kind, and told in the product's file so that search finds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from addons.crm_product.models.attribute import Attribute, AttributeValue
from addons.crm_product.models.product import Product
from core.api import Env, LazyString, ValidationFailed, _, company_language, select

_LARGEST = Decimal(10) ** 15


def check_values(env: Env, rows: Sequence[tuple[int | None, Any]]) -> None:
    """Refuse the first (attribute, value) that does not fit, with its place among several."""
    attributes = {one.id: one for one in _attributes(env, {attribute for attribute, _value in rows})}
    for place, (key, value) in enumerate(rows):
        problem = _problem(attributes[key], value) if key in attributes else None
        if problem is not None:
            refusal = ValidationFailed.at("value", problem)
            refusal.row = place if len(rows) > 1 else None
            raise refusal


def tell_features(env: Env, products: Iterable[int | None]) -> None:
    """Write what all attributes of these products say into their files, in one line each: in the language of the
    company, for everybody finds by it.
    """
    ids = sorted({key for key in products if key})
    if not ids:
        return
    kernel = env.sudo(_("Attributes stand in the file of their product"))
    one, value = env.info(Attribute).cls, env.info(AttributeValue).cls
    rows = kernel.rows(
        select(value.product_id, one.name, value.value, one.suffix)
        .join(one, one.id == value.attribute_id)
        .where(value.product_id.in_(ids), value.value.is_not(None))
        .order_by(value.product_id, one.sequence, one.id)
    )
    texts: dict[int, list[str]] = {}
    language = company_language(env)
    for product, name, said, suffix in rows:
        label = name.get(language) or next(iter(name.values()))
        texts.setdefault(product, []).append(f"{label}: {said}{f' {suffix}' if suffix else ''}")
    for product in kernel.get_many(Product, ids):
        product.features = "; ".join(texts.get(product.id, ()))[:2000] or None
    kernel.flush()


def _problem(attribute: Any, value: Any) -> LazyString | None:
    text = str(value).strip() if value is not None else ""
    if not text or attribute.kind == "text":
        return None
    if attribute.kind == "choice":
        allowed = [line.strip() for line in (attribute.choices or "").splitlines() if line.strip()]
        return None if text in allowed else _("Please choose one of: {choices}.", choices=allowed)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _("{value} is not a number.", value=text)
    return (
        None if number.is_finite() and abs(number) < _LARGEST else _("{value} is not a number.", value=text)
    )


def _attributes(env: Env, ids: Iterable[int | None]) -> list[Any]:
    wanted = sorted(key for key in set(ids) if key)
    return env.search(Attribute, Attribute.id.in_(wanted), limit=max(len(wanted), 1)) if wanted else []
