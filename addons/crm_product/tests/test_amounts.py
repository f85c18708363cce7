"""Amounts of lines, for every rounding, tax, discount and currency, against an independent way of counting."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from addons.crm_product.services.amounts import half_up, line_amounts, spread

DECIMALS = st.sampled_from([0, 2, 3])
QUANTITIES = st.decimals(0, 10**9, places=8, allow_nan=False)
PRICES = st.decimals(0, 10**9, places=4, allow_nan=False)
PERCENT = st.decimals(0, 100, places=8, allow_nan=False)
LINES = st.tuples(QUANTITIES, PRICES, PERCENT, PERCENT)


def plainly(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@given(LINES, PERCENT, st.booleans(), DECIMALS)
@example((Decimal(3), Decimal("0.05"), Decimal(10), Decimal(13)), Decimal(0), True, 2)
def test_a_line_is_what_a_long_calculation_says(
    line: tuple[Decimal, ...], discount: Decimal, included: bool, decimals: int
) -> None:
    quantity, price, own, rate = line
    found = line_amounts(quantity, price, discounts=(own, discount), tax_rate=rate, tax_included=included,
                         decimals=decimals)  # fmt: skip
    with localcontext() as context:
        context.prec = 120
        exact = quantity * price * (100 - own) * (100 - discount) / 10_000
        priced = plainly(exact, decimals)
        if included:
            assert found.gross == priced
            assert found.net == plainly(priced * 100 / (100 + rate), decimals)
        else:
            assert found.net == priced
            assert found.tax == plainly(priced * rate / 100, decimals)
        assert found.net + found.tax == found.gross


@given(st.lists(LINES, max_size=20), PERCENT, st.booleans(), DECIMALS)
def test_totals_are_the_sums_of_shown_lines(
    lines: list[tuple[Decimal, ...]], discount: Decimal, included: bool, decimals: int
) -> None:
    found = [
        line_amounts(quantity, price, discounts=(own, discount), tax_rate=rate, tax_included=included,
                     decimals=decimals)
        for quantity, price, own, rate in lines
    ]  # fmt: skip
    net, tax, gross = (
        sum((getattr(one, name) for one in found), Decimal(0)) for name in ("net", "tax", "gross")
    )
    assert net + tax == gross
    for one in found:
        for amount in (one.net, one.tax, one.gross):
            assert amount == plainly(amount, decimals)
            assert amount >= 0


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=40), DECIMALS)
@example(100, [1, 1, 1], 2)
@example(7, [0, 0, 0], 0)
@example(-1, [3, 3], 3)
def test_shares_add_up_and_are_fair(units: int, weights: list[int], decimals: int) -> None:
    amount = Decimal(units).scaleb(-decimals)
    shares = spread(amount, weights, decimals)
    assert sum(shares, Decimal(0)) == amount
    total = sum(weights) or len(weights)
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(amount) * Fraction(weight if sum(weights) else 1, total)
        assert abs(Fraction(share) - exact) < Fraction(1, 10**decimals)
        assert share * units >= 0


def test_an_allowance_makes_the_total_what_was_agreed() -> None:
    prices = [Decimal("10.01"), Decimal("20.02"), Decimal("0.03")]
    before = sum(
        (line_amounts(1, price, tax_included=True, tax_rate=13).gross for price in prices), Decimal(0)
    )
    shares = spread(before - 30, prices, 2)
    after = [
        line_amounts(1, price, tax_included=True, tax_rate=13, allowance=share)
        for price, share in zip(prices, shares, strict=True)
    ]
    assert sum((one.gross for one in after), Decimal(0)) == 30


@pytest.mark.parametrize(("value", "decimals", "wanted"), [
    ("0.5", 0, "1"), ("-0.5", 0, "-1"), ("2.345", 2, "2.35"), ("-2.345", 2, "-2.35"), ("0.0004999", 3, "0"),
])  # fmt: skip
def test_halves_go_away_from_zero(value: str, decimals: int, wanted: str) -> None:
    assert half_up(Decimal(value), decimals) == Decimal(wanted)


@pytest.mark.parametrize(("amount", "weights"), [("1", []), ("1", [1, -1]), ("0.001", [1])])
def test_what_cannot_be_spread_is_refused(amount: str, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"spread|decimals"):
        spread(Decimal(amount), weights, 2)
