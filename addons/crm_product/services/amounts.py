"""Amounts of document lines: pure functions over exact numbers, without rows and without an Env.

Every amount that people see is rounded once, in the line, half up by the decimals of the currency. Totals are sums of
these lines, so that a document always adds up to what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

_ZERO: Final = Decimal(0)
Number = Decimal | Fraction | int


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a line comes to; `net` + `tax` is `gross`, always."""

    net: Decimal
    tax: Decimal
    gross: Decimal


def half_up(value: Number, decimals: int) -> Decimal:
    """An exact number rounded to so many decimals; halves away from zero, as invoices are."""
    scaled = abs(Fraction(value)) * 10**decimals
    whole = floor(scaled + Fraction(1, 2))
    return (-1 if value < 0 else 1) * Decimal(whole).scaleb(-decimals) + 0


def line_amounts(
    quantity: Number,
    unit_price: Number,
    *,
    discounts: Sequence[Number] = (),
    allowance: Number = 0,
    tax_rate: Number = 0,
    tax_included: bool = False,
    decimals: int = 2,
) -> Amounts:
    """Net, tax and gross of one line.

    `discounts` are percentages taken one after the other: the line's, then the document's. `allowance` is the
    line's share of an amount that was agreed for the whole document (see `spread`), in the terms of the price: with
    tax where prices include it.
    """
    exact = Fraction(quantity) * Fraction(unit_price)
    for discount in discounts:
        exact *= 1 - Fraction(discount) / 100
    priced = half_up(Fraction(half_up(exact, decimals)) - Fraction(allowance), decimals)
    rate = Fraction(tax_rate) / 100
    if tax_included:
        net = half_up(Fraction(priced) / (1 + rate), decimals)
        return Amounts(net, priced - net, priced)
    tax = half_up(Fraction(priced) * rate, decimals)
    return Amounts(priced, tax, priced + tax)


def spread(amount: Decimal, weights: Sequence[Number], decimals: int) -> list[Decimal]:
    """Shares of an amount in proportion to weights, each rounded, that add up to it exactly.

    The largest remainders get the last units, the first ones among equals. Where all weights are zero the shares are
    equal. Raises ValueError for negative weights, for nothing to spread over, and for an amount with more decimals.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("an amount is spread over weights that are not negative")
    units = Fraction(amount) * 10**decimals
    if units.denominator != 1:
        raise ValueError(f"{amount} has more than {decimals} decimals")
    total = sum((Fraction(weight) for weight in weights), Fraction(0))
    parts = [Fraction(weight) / total if total else Fraction(1, len(weights)) for weight in weights]
    exact = [abs(units) * part for part in parts]
    shares = [floor(part) for part in exact]
    missing = int(abs(units)) - sum(shares)
    for place in sorted(range(len(exact)), key=lambda n: shares[n] - exact[n])[:missing]:
        shares[place] += 1
    sign = -1 if units < 0 else 1
    return [Decimal(sign * share).scaleb(-decimals) + 0 for share in shares]
