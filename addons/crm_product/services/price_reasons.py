"""Why a price is what it is, in words that a salesperson can repeat to the customer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from addons.crm_product.models.price import CITY, CUSTOMER, DEPARTMENT, LEVEL, PROVINCE
from addons.crm_product.services.price_sources import Article, Offer
from core.api import LazyString, _

_SCOPES: Final = [
    (CUSTOMER, _("for this customer")), (LEVEL, _("for customers of this level")),
    (CITY, _("for customers in this city")), (PROVINCE, _("for customers in this province")),
    (DEPARTMENT, _("for customers of this branch")),
]  # fmt: skip


def reason_of_list(offer: Offer, article: Article) -> LazyString:
    """The list, whom it is for, what of it counts, and from which quantity on."""
    facts = [text for bit, text in _SCOPES if offer.scope & bit] or [_("for everybody")]
    if offer.product is not None:
        facts.append(_("price of this product"))
    else:
        facts.append(_("price of its category") if offer.category is not None else _("price of all products"))
    if offer.discount:
        price = article.list_price if offer.price is None else offer.price
        facts.append(_("{discount}% off {price}", discount=offer.discount, price=price))
    if offer.min_quantity:
        facts.append(_("from a quantity of {quantity}", quantity=offer.min_quantity))
    return _("Price list “{name}”: {facts}", name=offer.list_name, facts=facts)


def reason_of_product(article: Article, currency: str, rate: Callable[[str], Decimal]) -> LazyString:
    """No list has a price, so the list price holds."""
    if article.currency == currency:
        return _("List price of the product")
    return _("List price of {price} {currency} at the exchange rate {rate}", price=article.list_price,
             currency=article.currency, rate=rate(article.currency))  # fmt: skip
