"""Quantities in other units, exactly: a conversion gives the true number or refuses, and never a rounded one.

So whatever is converted there and back is what it was, however often.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from addons.crm_product.models.unit import Unit
from addons.crm_product.services.amounts import half_up
from core.api import Env, ValidationFailed, _, select

SCALE: Final = 8
"""Decimals that a stored quantity may have."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit for counting: what it measures, base units in one of it, and decimals that people use."""

    name: str
    group: int
    factor: Fraction
    decimals: int


def measures(env: Env, units: Iterable[int]) -> dict[int, Measure]:
    """Units by id, in one statement."""
    unit = env.info(Unit).cls
    wanted = sorted(set(units))
    if not wanted:
        return {}
    rows = env.rows(
        select(unit.id, unit.name, unit.group_id, unit.factor, unit.divisor, unit.decimals).where(
            unit.id.in_(wanted)
        )
    )
    return {
        row[0]: Measure(_name(row[1], env.language), row[2], Fraction(row[3]) / row[4], row[5])
        for row in rows
    }


def exact(quantity: Decimal | Fraction, source: Measure, target: Measure) -> Fraction:
    """The same quantity in another unit. Raises ValidationFailed at "unit" where they measure different things."""
    if source.group != target.group:
        raise ValidationFailed.at(
            "unit",
            _("{unit} and {other} measure different things.", unit=source.name, other=target.name),
        )
    return Fraction(quantity) * source.factor / target.factor


def converted(quantity: Decimal, source: Measure, target: Measure) -> Decimal:
    """The same quantity in another unit, as it is stored.

    Raises ValidationFailed at "quantity" where no decimal number says it, such as one hour in days.
    """
    found = exact(quantity, source, target) * 10**SCALE
    if found.denominator != 1:
        raise ValidationFailed.at(
            "quantity",
            _("{quantity} {unit} cannot be said exactly in {other}.", quantity=quantity, unit=source.name,
              other=target.name),
        )  # fmt: skip
    return Decimal(int(found)).scaleb(-SCALE).normalize() + 0


def fits(quantity: Decimal, measure: Measure) -> bool:
    """Whether a quantity has no more decimals than its unit allows."""
    return half_up(quantity, measure.decimals) == quantity


def price_in(price: Decimal | Fraction, source: Measure, target: Measure) -> Fraction:
    """What one `target` costs when one `source` costs `price`."""
    return Fraction(price) * exact(Decimal(1), target, source)


def _name(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")
