"""The people, customers and products with which the demonstration of orders works, and its calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from addons.crm_base.models import Customer
from addons.crm_product.models import Product
from addons.crm_sales.demo.words import Words
from core.api import Env, company_language, key_of


@dataclass(frozen=True, slots=True)
class Stage:
    """One demonstration company."""

    env: Env
    words: Words
    customers: Sequence[Any]
    products: Sequence[Any]
    desk: int | None
    language: str

    def then(self, days_ago: int, user: int, hour: int = 10) -> Env:
        """The Env in which somebody did something so many days ago."""
        env = self.env.sudo("demonstration data")
        day = datetime.combine(self.env.today - timedelta(days=days_ago), time(hour), self.env.timezone)
        when = min(day.astimezone(UTC), self.env.now.astimezone(UTC))
        env.clock = lambda: when
        env.__dict__.pop("now", None)
        env.user_id = env.real_user_id = user
        return env

    def customer(self, number: int) -> Any:
        """Customers in turn, the first ones more often: they buy again."""
        return self.customers[number * 3 % len(self.customers) if number % 4 else number % 5]

    def seller(self, customer: Any) -> int:
        """Who has the customer."""
        return key_of(customer, "owner") or self.desk or 0

    def lines(self, document: Any, number: int) -> list[dict[str, Any]]:
        """One to four products in round quantities; the kernel proposes units, taxes and prices."""
        rows = []
        for turn in range(1 + number % 4):
            product = self.products[(number * 5 + turn * 7) % len(self.products)]
            quantity = Decimal((1, 2, 5, 10, 3)[(number + turn) % 5])
            rows.append({
                "document": document, "product": product, "quantity": quantity, "sequence": 10 * turn + 10,
                "discount": Decimal(5 if (number + turn) % 6 == 0 else 0),
            })  # fmt: skip
        return rows


def stage_of(env: Env, words: Words, people: dict[str, int]) -> Stage | None:
    """None where the demonstrations of customers and products have made nothing."""
    customers = env.search(
        Customer, Customer.owner.is_not(None), Customer.status != "sealed", order="id", limit=60
    )
    products = env.search(Product, Product.list_price > 0, Product.status == "active", order="code", limit=40)
    if not customers or not products:
        return None
    language = company_language(env)
    return Stage(env, words, customers, products, people.get(words.assistant), language)
