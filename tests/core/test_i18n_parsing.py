"""Reading what people type, and refusing what could mean something else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.i18n import LANGUAGES, formatter, parse_date, parse_datetime, parse_decimal, use_language

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        (" -12 ", "-12"),
        ("+5", "5"),
        ("\N{MINUS SIGN}5", "-5"),
        ("１，２３４．５", "1234.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("1.5万", "15000"),
        ("2亿", "200000000"),
        ("1 000", "1000"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers(typed: str, number: str, language: str) -> None:
    assert parse_decimal(typed, language) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    ["", " ", ".", "-", "1,5", "1,23,456", "1.2.3", "1e9", "NaN", "Infinity", "0x10", "1_000", "abc", "1万2", "٣",
     "--1", "9" * 65, "1.000,50", "¥5"],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_the_readers_words(typed: str) -> None:
    with pytest.raises(ValueError, match="is not a number") as refusal:
        parse_decimal(typed, "en")
    with use_language("zh_CN"):
        assert "不是数字" in str(refusal.value)
        assert len(str(refusal.value)) < 100


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4))
def test_a_written_number_is_read_again(number: Decimal) -> None:
    for language in LANGUAGES:
        assert parse_decimal(formatter("number", language, digits=4)(number), language) == number


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-21",
        "2026/11/21",
        "2026.11.21",
        "2026年11月21日",
        "2026年11月21",
        "20261121",
        " ２０２６-11-21 ",
    ],
)
def test_days(typed: str) -> None:
    assert parse_date(typed) == date(2026, 11, 21)


def test_days_with_single_digits() -> None:
    assert parse_date("2026-1-2") == parse_date("2026年1月2日") == date(2026, 1, 2)


@pytest.mark.parametrize(
    "typed", ["", "21/11/2026", "11-21", "2026-11/21", "26-11-21", "2026-11", "tomorrow", "٢٠٢٦-01-01"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_date(typed)


@pytest.mark.parametrize("typed", ["2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "20261132"])
def test_days_that_do_not_exist(typed: str) -> None:
    with pytest.raises(ValueError, match="no such day"):
        parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-11-21T14:05", datetime(2026, 11, 21, 6, 5, tzinfo=UTC)),
        ("2026-11-21 14:05:30", datetime(2026, 11, 21, 6, 5, 30, tzinfo=UTC)),
        ("2026-11-21T14:05:30.25", datetime(2026, 11, 21, 6, 5, 30, 250_000, tzinfo=UTC)),
        ("2026年11月21日 9:05", datetime(2026, 11, 21, 1, 5, tzinfo=UTC)),
        ("2026年11月21日9:05", datetime(2026, 11, 21, 1, 5, tzinfo=UTC)),
        ("2026-11-21T14:05Z", datetime(2026, 11, 21, 14, 5, tzinfo=UTC)),
        ("2026-11-21 14:05 +02:00", datetime(2026, 11, 21, 12, 5, tzinfo=UTC)),
    ],
)
def test_moments(typed: str, moment: datetime) -> None:
    found = parse_datetime(typed, SHANGHAI)
    assert found == moment
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("typed", ["", "2026-11-21", "14:05", "2026-11-21 noon", "2026-11-21 14", "x 14:05"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (time|date)"):
        parse_datetime(typed, SHANGHAI)


@pytest.mark.parametrize(
    "typed", ["2026-11-21 25:00", "2026-11-21 14:60", "0001-01-01 00:00", "2026-11-21 14:05+99:00"]
)
def test_moments_that_do_not_exist(typed: str) -> None:
    with pytest.raises(ValueError, match="no such time"):
        parse_datetime(typed, SHANGHAI)


def test_the_hour_that_the_clock_skips_and_the_one_that_comes_twice() -> None:
    with pytest.raises(ValueError, match="no such time"):
        parse_datetime("2026-03-29 02:30", BERLIN)
    assert parse_datetime("2026-10-25 02:30", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(typed: str) -> None:
    for read in (
        lambda: parse_decimal(typed, "en"),
        lambda: parse_date(typed),
        lambda: parse_datetime(typed, BERLIN),
    ):
        try:
            read()
        except ValueError as refusal:
            assert len(str(refusal)) < 250
