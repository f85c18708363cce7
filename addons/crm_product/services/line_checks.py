"""What lines of all priced documents have to be: a quantity above nothing, in a unit that fits the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from addons.crm_product.models.product import Product
from addons.crm_product.services.units import Measure, fits, measures
from core.api import Env, LazyString, ValidationFailed, _, select

_NAMES = ("product", "unit", "quantity")


def check_new(env: Env, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse the first line that does not fit, with its place among several."""
    _check(env, [{name: _plain(row.get(name)) for name in _NAMES} for row in rows], len(rows) > 1)


def check_changed(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """The same for lines as they are after a change; lines whose product, unit and quantity stay are left alone."""
    rows = [
        {name: _plain(new.get(name, _held(record, name))) for name in _NAMES}
        for record, new in zip(records, values, strict=True)
        if new.keys() & set(_NAMES)
    ]
    _check(env, rows, False)


def _check(env: Env, rows: Sequence[Mapping[str, Any]], is_batch: bool) -> None:
    own = _units_of_products(env, {row["product"] for row in rows if isinstance(row["product"], int)})
    asked = {row["unit"] for row in rows if isinstance(row["unit"], int)}
    known = measures(env, asked | set(own.values()))
    for place, row in enumerate(rows):
        problems = _problems(row, known.get(row["unit"]), known.get(own.get(row["product"], 0)))
        if problems:
            refusal = ValidationFailed({name: [text] for name, text in problems.items()})
            refusal.row = place if is_batch else None
            raise refusal


def _problems(row: Mapping[str, Any], unit: Measure | None, own: Measure | None) -> dict[str, LazyString]:
    found: dict[str, LazyString] = {}
    if unit is not None and own is not None and unit.group != own.group:
        found["unit"] = _(
            "{unit} does not fit the product, which is counted in {own}.", unit=unit.name, own=own.name
        )
    quantity = row["quantity"]
    if not isinstance(quantity, (int, Decimal)):
        return found
    if quantity <= 0:
        found["quantity"] = _("The quantity must be greater than zero.")
    elif unit is not None and not fits(Decimal(quantity), unit):
        found["quantity"] = _("{unit} has {n} decimals at most.", unit=unit.name, n=unit.decimals)
    return found


def _units_of_products(env: Env, products: set[int]) -> dict[int, int]:
    one = env.info(Product).cls
    if not products:
        return {}
    return dict(
        tuple(row) for row in env.rows(select(one.id, one.unit_id).where(one.id.in_(sorted(products))))
    )


def _held(record: Any, name: str) -> Any:
    return getattr(record, name if name == "quantity" else f"{name}_id")


def _plain(value: Any) -> Any:
    if isinstance(value, (str, float)):
        try:
            return Decimal(str(value))
        except ArithmeticError:
            return None
    return getattr(value, "id", value)
