"""Products, price lists and a configurable server of the demonstration companies, each in its own language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from addons.crm_base.services.demo_people import demo_people
from addons.crm_product.demo.catalogue import (
    ATTRIBUTES,
    CATEGORIES,
    OPTIONS,
    PRODUCTS,
    RULES,
    TARIFFS,
    YUAN_IN_OTHERS,
    Item,
    Tariff,
    Words,
)
from addons.crm_product.models import (
    Attribute,
    AttributeValue,
    Category,
    ConfigOption,
    ConfigRule,
    ConfigValue,
    PriceItem,
    PriceList,
    Product,
    Tax,
    Unit,
)
from core.api import Env, Option, company_currency, company_language, demo


class Seller:
    """One company of the demonstration: its language, currency, and what has been made of its catalogue."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.is_chinese = company_language(env) == "zh_CN"
        self.currency = company_currency(env)
        self.units = {one.name["en"]: one.id for one in env.search(Unit, limit=200)}
        self.taxes = {int(one.rate): one.id for one in env.search(Tax, limit=50)}
        self.categories: dict[str, int] = {}

    def words(self, both: Words) -> str:
        return both[0] if self.is_chinese else both[1]

    def price(self, yuan: int) -> Decimal:
        """A price that looks like one, in the company's currency."""
        if self.currency == "CNY":
            return Decimal(yuan)
        return max((yuan * YUAN_IN_OTHERS).quantize(Decimal(1)), Decimal(1))

    def choices(self, code: str) -> dict[str, int]:
        return {one.code: one.id for one in self.env.search(Option, Option.list_code == code, limit=200)}


@demo
def catalogue(env: Env) -> None:
    """Fills each demonstration company; companies without demonstration people are left alone."""
    if not demo_people(env):
        return
    seller = Seller(env)
    for key, name, parent in CATEGORIES:
        above = seller.categories[parent] if parent else None
        seller.categories[key] = env.create(Category, name=seller.words(name), parent=above).id
    products = _make_products(seller)
    _make_attributes(seller, products)
    _make_options(seller, products["SRV-200"])
    for tariff in TARIFFS:
        _make_list(seller, tariff, products)


def _make_products(seller: Seller) -> dict[str, int]:
    brands, lines = seller.choices("crm_product.brand"), seller.choices("crm_product.line")
    rows = [
        {
            "code": one.code, "name": seller.words(one.name), "category": seller.categories[one.category],
            "specification": seller.words(one.specification), "list_price": seller.price(one.price),
            "cost": seller.price(one.cost), "kind": one.kind, "brand": brands[one.brand],
            "product_line": lines[one.brand], "unit": seller.units[one.unit], "tax": seller.taxes[one.tax],
            "warranty_months": one.warranty, "currency": seller.currency, **_periods(one),
        }
        for one in PRODUCTS
    ]  # fmt: skip
    made = seller.env.create_many(Product, rows)
    return {one.code: key for one, key in zip(PRODUCTS, made, strict=True)}


def _periods(item: Item) -> dict[str, Any]:
    return {"periods": item.periods[0], "period_unit": item.periods[1]} if item.periods else {}


def _make_attributes(seller: Seller, products: dict[str, int]) -> None:
    rows = [
        {"category": seller.categories[category], "name": {"zh_CN": name[0], "en": name[1]}, "kind": kind,
         "choices": choices or None, "suffix": suffix or None, "sequence": place * 10}
        for place, (category, name, kind, choices, suffix) in enumerate(ATTRIBUTES, start=1)
    ]  # fmt: skip
    made = seller.env.create_many(Attribute, rows)
    by_name = {attribute[1][1]: key for attribute, key in zip(ATTRIBUTES, made, strict=True)}
    seller.env.create_many(
        AttributeValue,
        [
            {"product": products[one.code], "attribute": by_name[name], "value": value}
            for one in PRODUCTS
            for name, value in one.attributes
        ],
    )


def _make_options(seller: Seller, product: int) -> None:
    env, values = seller.env, {}
    for place, (name, is_required, choices) in enumerate(OPTIONS, start=1):
        option = env.create(ConfigOption, name={"zh_CN": name[0], "en": name[1]}, product=product,
                            is_required=is_required, sequence=place * 10)  # fmt: skip
        for order, (code, label, more) in enumerate(choices, start=1):
            values[code] = env.create(
                ConfigValue, option=option, code=code, name={"zh_CN": label[0], "en": label[1]}, sequence=order * 10,
                surcharge=seller.price(more) if more else 0, is_default=is_required and order == 1,
            )  # fmt: skip
    for value, kind, other in RULES:
        env.create(ConfigRule, product=product, value=values[value], kind=kind, other=values[other])


def _make_list(seller: Seller, tariff: Tariff, products: dict[str, int]) -> None:
    levels = seller.choices("crm_base.level")
    made = seller.env.create(
        PriceList, name=seller.words(tariff.name), kind=tariff.kind, currency=seller.currency,
        level=levels[tariff.level] if tariff.level else None,
    )  # fmt: skip
    seller.env.create_many(
        PriceItem,
        [
            {"price_list": made, "product": products.get(what), "category": seller.categories.get(what),
             "min_quantity": quantity, "price": None if price is None else seller.price(price), "discount": discount}
            for what, quantity, price, discount in tariff.prices
        ],
    )  # fmt: skip
