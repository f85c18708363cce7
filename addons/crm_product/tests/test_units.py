"""Conversions are exact or refused: nothing drifts, however often a quantity is converted there and back."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from addons.crm_product.services.units import Measure, converted, exact, fits, price_in
from core.api import ValidationFailed

FACTORS = st.fractions(Fraction(1, 10**6), 10**6, max_denominator=10**6)
UNITS = st.builds(Measure, st.just("u"), st.just(1), FACTORS, st.integers(0, 8))
QUANTITIES = st.decimals(0, 10**9, places=8)
DAY, HOUR = Measure("day", 1, Fraction(24), 2), Measure("hour", 1, Fraction(1), 2)


@given(QUANTITIES, UNITS, UNITS)
def test_there_and_back_is_the_same(quantity: Decimal, one: Measure, other: Measure) -> None:
    try:
        there = converted(quantity, one, other)
    except ValidationFailed:
        assume(False)
    assert converted(there, other, one) == quantity


@given(st.integers(0, 10**9), st.integers(1, 10**4), st.integers(1, 10**4))
def test_small_units_say_what_large_ones_hold(count: int, pack: int, box: int) -> None:
    piece, packs, boxes = (Measure("u", 1, Fraction(n), 0) for n in (1, pack, pack * box))
    pieces = converted(converted(Decimal(count), boxes, packs), packs, piece)
    assert pieces == count * pack * box
    assert converted(pieces, piece, boxes) == count


@given(QUANTITIES, UNITS, UNITS, UNITS)
def test_the_way_does_not_matter(quantity: Decimal, one: Measure, two: Measure, three: Measure) -> None:
    assert exact(exact(quantity, one, two), two, three) == exact(quantity, one, three)


@given(st.decimals(0, 10**6, places=4), QUANTITIES, UNITS, UNITS)
def test_a_price_in_another_unit_comes_to_the_same(
    price: Decimal, quantity: Decimal, one: Measure, other: Measure
) -> None:
    assert price_in(price, one, other) * exact(quantity, one, other) == Fraction(price) * Fraction(quantity)


def test_what_no_decimal_says_is_refused() -> None:
    assert converted(Decimal("0.5"), DAY, HOUR) == 12
    with pytest.raises(ValidationFailed) as refused:
        converted(Decimal(1), HOUR, DAY)
    assert "cannot be said exactly" in refused.value.problems["quantity"][0].translate("en")


def test_weights_are_not_hours() -> None:
    with pytest.raises(ValidationFailed) as refused:
        exact(Decimal(1), HOUR, Measure("kg", 2, Fraction(1), 3))
    assert "different things" in refused.value.problems["unit"][0].translate("en")


@pytest.mark.parametrize(("quantity", "decimals", "wanted"), [
    ("1.500", 1, True), ("1.55", 1, False), ("1E+3", 0, True), ("0.00000001", 8, True),
])  # fmt: skip
def test_a_unit_has_so_many_decimals(quantity: str, decimals: int, wanted: bool) -> None:
    assert fits(Decimal(quantity), Measure("u", 1, Fraction(1), decimals)) is wanted
