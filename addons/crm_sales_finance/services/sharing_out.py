"""An amount shared out so that the parts are the whole, to the last unit of its currency."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal


def shares(amount: Decimal, weights: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Parts in proportion to `weights`, none with more decimals than allowed; the largest remainders get what is left.

    >>> shares(Decimal(100), [Decimal(1)] * 3, 2)
    [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    """
    whole = sum(weights, Decimal(0))
    if not weights or whole <= 0:
        return []
    unit = Decimal(1).scaleb(-decimals)
    exact = [amount * weight / whole for weight in weights]
    parts = [one.quantize(unit, ROUND_FLOOR) for one in exact]
    left = int((amount - sum(parts, Decimal(0))) / unit)
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[:left]:
        parts[at] += unit
    return parts
