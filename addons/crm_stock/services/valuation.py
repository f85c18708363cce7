"""Moving average cost, as plain arithmetic: what a quantity that comes or goes does to the value of a level.

Values have four decimals, averages eight. Nothing is ever lost: the value of a level is the sum of the values of its
movements, and is zero when nothing is there. Below zero, stock stands at the last average; what then comes in fills up
at that average first, and what it cost beyond is told as variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

NOUGHT: Final = Decimal(0)
_CENTS: Final = Decimal("0.0001")
_AVERAGE: Final = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Holding:
    """What lies in a level: quantity, its value, and the average cost of one unit."""

    quantity: Decimal = NOUGHT
    value: Decimal = NOUGHT
    average: Decimal = NOUGHT


@dataclass(frozen=True, slots=True)
class Step:
    """What a movement does: the value it adds (negative when goods go), and the cost that it does not take up."""

    after: Holding
    value: Decimal
    variance: Decimal = NOUGHT


def amount(value: Decimal) -> Decimal:
    """Rounded as values are kept."""
    return value.quantize(_CENTS, ROUND_HALF_UP)


def take_in(
    before: Holding, quantity: Decimal, unit_cost: Decimal | None = None, *, cost: Decimal | None = None
) -> Step:
    """Goods come in at a cost each, or altogether (`cost`), or at the present average where neither is known."""
    each = before.average if unit_cost is None else unit_cost
    whole = amount(quantity * each) if cost is None else cost
    covered = min(quantity, max(-before.quantity, NOUGHT))
    after = before.quantity + quantity
    if after == 0:
        value = -before.value
    elif covered:
        value = amount(covered * before.average + whole * (quantity - covered) / quantity)
    else:
        value = whole
    average = before.average if before.average and after <= 0 else each
    return Step(_held(after, before.value + value, average), value, whole - value)


def take_out(before: Holding, quantity: Decimal, *, cost: Decimal | None = None) -> Step:
    """Goods go at the average, or at the value they once came in with (`cost`), as far as there is so much."""
    after = before.quantity - quantity
    there = max(before.quantity, NOUGHT)
    if quantity >= there:
        taken = before.value + (quantity - there) * before.average if there else quantity * before.average
    else:
        taken = before.value * quantity / there
    if cost is not None and after > 0:
        taken = min(max(cost, NOUGHT), before.value)
    value = -amount(taken)
    variance = NOUGHT if cost is None else -(cost + value)
    return Step(_held(after, before.value + value, before.average), value, variance)


def _held(quantity: Decimal, value: Decimal, average: Decimal) -> Holding:
    """The average follows from the value while there is something; else it stays what it was."""
    if quantity > 0:
        average = value / quantity
    return Holding(quantity, value, average.quantize(_AVERAGE, ROUND_HALF_UP))
