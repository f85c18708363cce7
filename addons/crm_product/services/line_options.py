"""What is chosen on lines of documents: it goes together, is kept in words, and makes the price.

Lines are looked at when the product, the choice or the price is changed. What was agreed before stays as it is when the
product's options change afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from addons.crm_product.services.configuring import chosen_by_code, code_of, problems_of
from addons.crm_product.services.offering import Catalogue, catalogue
from core.api import Env, LazyString, ValidationFailed, _, proposed

PRICED: Final = ("unit_price", "price_reason")
_CHOICE: Final = frozenset({"product", "configuration"})
_ASKED: Final = ("document", "product", "quantity", "unit", "tax")
Problems = dict[str, list[LazyString]]


def check_new(env: Env, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Refuse the first line that does not hold; the others get their words and the price of their choice."""
    places = [place for place, row in enumerate(rows) if row.get("chosen") is None]
    shelf = catalogue(env, [_id(rows[place].get("product")) for place in places])
    configured = []
    for place in places:
        row = rows[place]
        product, code = _id(row.get("product")), row.get("configuration")
        found, problems = _kept(shelf, product, code)
        _refuse({"configuration": problems}, place, len(rows))
        if found is not None:
            row.update(found)
            configured.append(place)
    given = [rows[place] for place in configured]
    for place, row, price in zip(configured, given, _prices(env, model, given), strict=True):
        _refuse(_price_problem(row.get("unit_price"), price), place, len(rows))
        row.update(price)


def check_changed(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """The same for changed lines: another choice has another price, and nobody sets one that it does not have."""
    asked = [
        (record, new)
        for record, new in zip(records, values, strict=True)
        if "chosen" not in new and new.keys() & {*_CHOICE, "unit_price"}
    ]
    anew = [(record, new) for record, new in asked if new.keys() & _CHOICE]
    shelf = catalogue(env, [record.product_id for record, _new in anew])
    for record, new in anew:
        found, problems = _kept(shelf, record.product_id, new.get("configuration"))
        _refuse({"configuration": problems})
        kept = found or {"configuration": None, "chosen": None}
        record.configuration, record.chosen = kept["configuration"], kept["chosen"]
    configured = [(record, new) for record, new in asked if record.configuration]
    if not configured:
        return
    rows = [_values(record) for record, _new in configured]
    prices = _prices(env, type(configured[0][0]), rows)
    for (record, new), price in zip(configured, prices, strict=True):
        _refuse(_price_problem(new.get("unit_price"), price))
        for name, value in price.items():
            setattr(record, name, value)


def _kept(
    shelf: Catalogue, product: int | None, code: str | None
) -> tuple[dict[str, Any] | None, list[LazyString]]:
    """What the line keeps of a choice, None where there is none to make; and why the choice does not hold."""
    offer = shelf.of(product)
    if offer is None or product is None:
        return None, [_("This product has no options.")] if code else []
    chosen, unknown = chosen_by_code(offer, code or "")
    problems = [_("{code} is not a short code of this product.", code=part) for part in unknown]
    problems += problems_of(offer, chosen)
    if problems or not chosen:
        return None, problems
    return {"configuration": code_of(offer, chosen), "chosen": shelf.words(product, chosen)}, []


def _prices(env: Env, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the document's own proposals say for each row; nothing where it has no prices."""
    return proposed(env, model, rows, PRICED) if rows else []


def _price_problem(given: Any, price: Mapping[str, Any]) -> Problems:
    """A price that the choice does not have. None was given where it follows by itself."""
    due = price.get("unit_price")
    if given is None or due is None or _number(given) == due:
        return {}
    text = _("These options cost {price}. Please agree on another price by a discount.", price=due)
    return {"unit_price": [text]}


def _refuse(problems: Problems, place: int = 0, of: int = 1) -> None:
    found = {name: texts for name, texts in problems.items() if texts}
    if found:
        refusal = ValidationFailed(found)
        refusal.row = place if of > 1 else None
        raise refusal


def _values(record: Any) -> dict[str, Any]:
    found = {name: getattr(record, name if name == "quantity" else f"{name}_id") for name in _ASKED}
    return {**found, "configuration": record.configuration}


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _id(value: Any) -> int | None:
    found: int | None = getattr(value, "id", value)
    return found
