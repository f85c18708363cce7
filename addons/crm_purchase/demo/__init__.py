"""Suppliers, purchase orders of the last months in all states, and two proposals, for the demonstration's products.

What came had come before stock control began: receipts are counted on the orders, and stock has its own opening
documents. What is still open is on its way for stock as well.
"""

from __future__ import annotations

from addons.crm_base.services.demo_people import demo_people, give_roles
from addons.crm_product.models import Product
from addons.crm_purchase.demo.orders import make_orders
from addons.crm_purchase.demo.words import CHINESE, ENGLISH, Words
from addons.crm_purchase.models import Proposal, Supplier, SupplierContact, SupplierProduct
from addons.crm_purchase.roles import BUYER
from core.api import Env, company_language, demo


@demo
def purchases_of_three_months(env: Env) -> None:
    """Fills each demonstration company that has products; other companies are left alone."""
    words = CHINESE if company_language(env) == "zh_CN" else ENGLISH
    people = demo_people(env)
    found = env.search(Product, Product.kind == "goods", Product.cost > 0, order="code", limit=200)
    products = {one.code: one for one in found}
    if not {words.buyer, words.manager} <= people.keys() or not products or env.count(Supplier).value:
        return
    give_roles(env, {words.buyer: [BUYER]})
    suppliers = _suppliers(env, words, people[words.buyer], products)
    make_orders(env, words, people, suppliers)
    _proposals(env, words, products)


def _suppliers(env: Env, words: Words, buyer: int, products: dict[str, Product]) -> list[Supplier]:
    made = []
    for place, one in enumerate(words.sellers, start=1):
        province, city, address = one.place
        supplier = env.create(
            Supplier, name=one.name, owner=buyer, status=one.status, province=province or None, city=city,
            address=address, phone=one.phone, payment_days=one.days[0], lead_days=one.days[1],
            delivery_terms=words.delivery, account_number=f"K{7000 + place * 13}",
        )  # fmt: skip
        name, position, mobile, mail = one.contact
        env.create(
            SupplierContact, supplier=supplier, name=name, position=position, mobile=mobile, email=mail
        )
        env.create_many(
            SupplierProduct,
            [
                {"supplier": supplier, "product": products[code], "their_code": f"{one.prefix}{code}",
                 "price": (products[code].cost or 0) * one.rate / 100, "min_quantity": 1,
                 "is_preferred": one.rate < 100}
                for code in one.products if code in products
            ],
        )  # fmt: skip
        made.append(supplier)
    return made


def _proposals(env: Env, words: Words, products: dict[str, Product]) -> None:
    for code, quantity, reason in zip(("SCN-50", "SRV-200"), (6, 2), words.missing, strict=True):
        if code in products:
            env.create(Proposal, product=products[code], quantity=quantity, reason=reason)
