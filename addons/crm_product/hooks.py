"""What follows by itself when products, prices and lines of documents are saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_product.models import (
    AttributeValue,
    Category,
    ConfiguredLine,
    PricedDocument,
    PricedLine,
    PriceItem,
    PriceList,
    Product,
)
from addons.crm_product.services import (
    attributes,
    coding,
    exchanging,
    line_checks,
    line_options,
    price_checks,
    told_prices,
)
from core.api import (
    Env,
    Hint,
    after_create,
    after_delete,
    after_restore,
    after_write,
    before_create,
    before_write,
    hint,
    implements,
    key_of,
)


@implements(before_create)
def check_new_documents(env: Env, model: type[Any], rows: list[dict[str, Any]]) -> None:
    """Lines of every priced document fit their product; documents begin with the rate of the day."""
    if issubclass(model, PricedLine):
        line_checks.check_new(env, rows)
        if issubclass(model, ConfiguredLine):
            line_options.check_new(env, model, rows)
    elif issubclass(model, PricedDocument):
        exchanging.fill_rates(env, rows)


@implements(before_write)
def check_changed_documents(
    env: Env, model: type[Any], records: Sequence[Any], values: Sequence[Mapping[str, Any]]
) -> None:
    """They go on doing so."""
    if issubclass(model, PricedLine):
        line_checks.check_changed(env, records, values)
        told_prices.follow_prices(env, records, values)
        if issubclass(model, ConfiguredLine):
            line_options.check_changed(env, records, values)
    elif issubclass(model, PricedDocument):
        exchanging.follow_currency(env, records, values)


@implements(before_create, model=Product)
def draw_codes_of_categories(env: Env, rows: list[dict[str, Any]]) -> None:
    """Products of a category with a rule of its own are numbered by it."""
    coding.draw_codes(env, rows)


@implements(after_create, model=Category)
def make_rules_of_categories(env: Env, records: Sequence[Any]) -> None:
    """A prefix makes a numbering."""
    coding.keep_rules(env, [one for one in records if one.code_prefix])


@implements(after_write, model=Category)
def change_rules_of_categories(env: Env, records: Sequence[Any], changes: Sequence[Any]) -> None:
    """And a new one changes it."""
    coding.keep_rules(
        env, [one for one, new in zip(records, changes, strict=True) if new.keys() & {"code_prefix", "name"}]
    )


@implements(before_create, model=PriceItem)
def check_new_prices(env: Env, rows: list[dict[str, Any]]) -> None:
    """A price says what it is for, and how much."""
    price_checks.check_new(rows)


@implements(before_write, model=PriceItem)
def check_changed_prices(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """It goes on saying so."""
    price_checks.check_changed(records, values)


@hint(PriceList)
def days_of_lists_are_in_order(env: Env, values: Mapping[str, Any]) -> list[Hint]:
    """Days may be entered in the wrong order."""
    return price_checks.hints_for(values)


@hint(PriceItem)
def days_of_prices_are_in_order(env: Env, values: Mapping[str, Any]) -> list[Hint]:
    """Those of a single price as well."""
    return price_checks.hints_for(values)


@implements(before_create, model=AttributeValue)
def check_new_attributes(env: Env, rows: list[dict[str, Any]]) -> None:
    """The value of an attribute is one that it may have."""
    attributes.check_values(env, [(_id(row.get("attribute")), row.get("value")) for row in rows])


@implements(before_write, model=AttributeValue)
def check_changed_attributes(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """The same after a change."""
    rows = [
        (_id(new.get("attribute", key_of(one, "attribute"))), new.get("value", one.value))
        for one, new in zip(records, values, strict=True)
    ]
    attributes.check_values(env, rows)


@implements(after_create, model=AttributeValue)
@implements(after_write, model=AttributeValue)
@implements(after_delete, model=AttributeValue)
@implements(after_restore, model=AttributeValue)
def tell_features_of_products(env: Env, records: Sequence[Any]) -> None:
    """The product's file says what its attributes say."""
    attributes.tell_features(env, [key_of(one, "product") for one in records])


def _id(value: Any) -> int | None:
    found: int | None = getattr(value, "id", value)
    return found
