"""What prices are found from: products with their units, categories, and the price lists that fit the customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from addons.crm_base.models import Customer
from addons.crm_product.models.price import PriceItem, PriceList
from addons.crm_product.models.product import Product
from addons.crm_product.models.tax import Tax
from core.api import Env, Where, and_, or_, select


@dataclass(frozen=True, slots=True)
class Article:
    """What pricing needs of a product. `rate` is its tax rate in percent."""

    list_price: Decimal
    currency: str
    tax_included: bool
    category: int | None
    unit: int
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """One price of one list that fits the customer on the day."""

    id: int
    list_id: int
    list_name: str
    scope: int
    priority: int
    tax_included: bool
    product: int | None
    category: int | None
    min_quantity: Decimal
    price: Decimal | None
    discount: Decimal | None


def articles(env: Env, products: Iterable[int]) -> dict[int, Article]:
    """The products by id, in one statement."""
    one, tax = env.info(Product).cls, env.info(Tax).cls
    rate = select(tax.rate).where(tax.id == one.tax_id).scalar_subquery()
    rows = env.rows(
        select(
            one.id, one.list_price, one.currency, one.tax_included, one.category_id, one.unit_id, rate
        ).where(one.id.in_(sorted(set(products))))
    )
    return {row[0]: Article(row[1], row[2], row[3], row[4], row[5], row[6] or Decimal(0)) for row in rows}


def offers(
    env: Env,
    customer: int | None,
    currency: str,
    day: date,
    products: Sequence[int],
    categories: Sequence[int],
) -> list[Offer]:
    """What the price lists that the caller may see offer this customer on this day, in one statement."""
    item, of = env.info(PriceItem).cls, env.info(PriceList).cls
    rows = env.rows(
        select(
            item.id, of.id, of.name, of.specificity, of.priority, of.tax_included, item.product_id, item.category_id,
            item.min_quantity, item.price, item.discount,
        )
        .join(of, of.id == item.price_list_id)
        .where(
            of.active.is_(True),
            or_(of.currency == currency, and_(of.currency.is_(None), item.price.is_(None))),
            _on(of, day),
            _on(item, day),
            _fits_customer(env, of, customer),
            or_(
                item.product_id.in_(products),
                and_(item.product_id.is_(None), or_(item.category_id.is_(None), item.category_id.in_(categories))),
            ),
        )
    )  # fmt: skip
    return [Offer(*row) for row in rows]


def _on(model: Any, day: date) -> Where:
    return and_(
        or_(model.valid_from.is_(None), model.valid_from <= day),
        or_(model.valid_until.is_(None), model.valid_until >= day),
    )


def _fits_customer(env: Env, of: Any, customer: int | None) -> Where:
    """All that the list says of its customers holds for this one."""
    one = env.info(Customer).cls
    described = (
        (of.customer_id, one.id), (of.level_id, one.level_id), (of.province, one.province), (of.city, one.city),
        (of.department_id, one.department_id),
    )  # fmt: skip
    statement = select(*(theirs for _ours, theirs in described)).where(one.id == customer)
    found: Any = next(iter(env.rows(statement) if customer is not None else ()), (None,) * len(described))
    return and_(
        *(
            ours.is_(None) if value is None else or_(ours.is_(None), ours == value)
            for (ours, _theirs), value in zip(described, found, strict=True)
        )
    )
