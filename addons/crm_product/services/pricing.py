"""Which price holds, and why: for a customer, a day and any number of products with quantities.

The list that describes the customer most closely and has a price for the product counts; of two equally close ones
that of higher priority. Within it a price of the product stands above one of its category, the nearest category above
those around it, and that above one for everything; then the largest quantity break that is reached. What lists the
caller may not see offer is not found: a role limited to kinds of price sells at those. Without a list the product's
list price holds. The number of statements does not depend on the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from addons.crm_product.services.amounts import half_up
from addons.crm_product.services.category_tree import lineage, parents_of_categories
from addons.crm_product.services.price_reasons import reason_of_list, reason_of_product
from addons.crm_product.services.price_sources import Article, Offer, articles, offers
from addons.crm_product.services.units import Measure, exact, measures, price_in
from core.api import Env, LazyString, _, decimals_of, exchange_rate

PRICE_DECIMALS = 4
"""A unit price has as many: the price of a gram needs more than a currency has."""

Wanted = tuple[int, Decimal, int | None]
"""Product, quantity, unit; None stands for the product's own unit."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, the list it comes from (None for the list price), and why in words."""

    unit_price: Decimal
    list_id: int | None
    reason: LazyString


def prices_for(
    env: Env,
    customer: int | None,
    currency: str,
    day: date,
    wanted: Sequence[Wanted],
    *,
    tax_included: bool = True,
    surcharges: Sequence[Decimal] = (),
) -> list[Price]:
    """The prices of products in quantities, in the given order. `surcharges` are what is chosen of each costs more, in
    the terms of its list price; a discount of a price list holds for them as well.

    `tax_included` says how the document means its prices; prices that are kept the other way are converted by the
    product's tax rate. Raises ValidationFailed where a unit does not fit its product, or at "currency" where a list
    price is in a currency without a known rate.
    """
    found = articles(env, (product for product, _quantity, _unit in wanted))
    parents = parents_of_categories(env) if any(one.category for one in found.values()) else {}
    lines = {product: lineage(one.category, parents) for product, one in found.items()}
    offered = offers(
        env, customer, currency, day, sorted(found), sorted({c for line in lines.values() for c in line})
    )
    units = measures(env, {unit for product, _quantity, unit in wanted if unit and unit != found[product].unit}
                     | {found[product].unit for product, _quantity, unit in wanted if unit})  # fmt: skip
    rate = _rates(env, currency, day)
    by_target = _by_target(offered)
    return [
        _price(
            Question(found[product], quantity, unit, currency, tax_included, units, rate, surcharge),
            candidates(product, lines[product], by_target),
        )
        for (product, quantity, unit), surcharge in zip(
            wanted, surcharges or [Decimal(0)] * len(wanted), strict=True
        )
    ]


@dataclass(frozen=True, slots=True)
class Question:
    """One row that wants a price, with what its answer needs."""

    article: Article
    quantity: Decimal
    unit: int | None
    currency: str
    tax_included: bool
    units: Mapping[int, Measure]
    rate: Callable[[str], Decimal]
    surcharge: Decimal

    def in_own_unit(self) -> Fraction:
        """The quantity in the product's unit."""
        if self.unit is None or self.unit == self.article.unit:
            return Fraction(self.quantity)
        return exact(self.quantity, self.units[self.unit], self.units[self.article.unit])

    def per_unit(self, price: Fraction) -> Fraction:
        """A price of the product's unit as one of the unit that is asked for."""
        if self.unit is None or self.unit == self.article.unit:
            return price
        return price_in(price, self.units[self.article.unit], self.units[self.unit])

    def as_meant(self, price: Fraction, tax_included: bool) -> Fraction:
        """With or without tax, as the document means its prices."""
        factor = 1 + Fraction(self.article.rate) / 100
        return price * (factor if self.tax_included else 1) / (factor if tax_included else 1)

    def listed(self, price: Decimal) -> Fraction:
        """A price in the terms of the product's list price, in those that are asked for."""
        exact_price = Fraction(price)
        if self.article.currency != self.currency:
            exact_price *= Fraction(self.rate(self.article.currency))
        return self.as_meant(exact_price, self.article.tax_included)

    def reason(self, why: LazyString) -> LazyString:
        """With what was chosen, where it costs something."""
        if not self.surcharge:
            return why
        return _("{why}; options: {surcharge} {currency}", why=why, surcharge=f"{self.surcharge.normalize():+,f}",
                 currency=self.article.currency)  # fmt: skip


def candidates(
    product: int, line: Sequence[int], by_target: Mapping[tuple[int | None, int | None], Sequence[Offer]]
) -> list[tuple[int, Offer]]:
    """The offers for a product with the distance of what they are for: itself, its categories, everything."""
    targets = [(product, None), *((None, category) for category in line), (None, None)]
    return [
        (distance, offer) for distance, target in enumerate(targets) for offer in by_target.get(target, ())
    ]


def best(found: Sequence[tuple[int, Offer]], quantity: Fraction) -> Offer | None:
    """The offer that counts for a quantity, by the order that the module describes; ties go to the older row."""
    reached = [(distance, offer) for distance, offer in found if Fraction(offer.min_quantity) <= quantity]
    return min(reached, key=_order, default=(0, None))[1]


def _order(candidate: tuple[int, Offer]) -> tuple[Any, ...]:
    distance, offer = candidate
    return -offer.scope, -offer.priority, offer.list_id, distance, -offer.min_quantity, offer.id


def _price(asked: Question, found: Sequence[tuple[int, Offer]]) -> Price:
    article, offer = asked.article, best(found, asked.in_own_unit())
    if offer is None:
        price = asked.listed(article.list_price + asked.surcharge)
        why = reason_of_product(article, asked.currency, asked.rate)
        return Price(_as_price(asked.per_unit(max(price, Fraction(0)))), None, asked.reason(why))
    if offer.price is None:
        price = asked.listed(article.list_price + asked.surcharge)
    else:
        price = asked.as_meant(Fraction(offer.price), offer.tax_included)
        price += asked.listed(asked.surcharge) if asked.surcharge else 0
    price = max(price, Fraction(0))
    if offer.discount:
        price = Fraction(half_up(price * (1 - Fraction(offer.discount) / 100), decimals_of(asked.currency)))
    return Price(
        _as_price(asked.per_unit(price)), offer.list_id, asked.reason(reason_of_list(offer, article))
    )


def _as_price(value: Fraction) -> Decimal:
    return half_up(value, PRICE_DECIMALS)


def _by_target(offered: Sequence[Offer]) -> dict[tuple[int | None, int | None], list[Offer]]:
    found: dict[tuple[int | None, int | None], list[Offer]] = {}
    for offer in offered:
        found.setdefault((offer.product, None if offer.product else offer.category), []).append(offer)
    return found


def _rates(env: Env, currency: str, day: date) -> Callable[[str], Decimal]:
    """Asks for each currency once: how much of `currency` one unit of another is."""
    known: dict[str, Decimal] = {}

    def rate(other: str) -> Decimal:
        if other not in known:
            known[other] = exchange_rate(env, other, day) / exchange_rate(env, currency, day)
        return known[other]

    return rate
