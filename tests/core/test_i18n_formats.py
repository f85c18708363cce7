"""How values are written: as Babel writes them, only bound once to a language."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import dates
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from core.i18n import LANGUAGES, Kind, formatter, use_time_zone

MOMENT = datetime(2026, 11, 21, 16, 5, 9, tzinfo=UTC)
both = pytest.mark.parametrize("language", LANGUAGES)
language_names = st.sampled_from(LANGUAGES)
amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=2)


@given(
    language_names,
    st.datetimes(min_value=datetime(1000, 1, 1)),
    st.sampled_from(["short", "medium", "long", "full"]),
)
def test_dates_are_babels(language: str, moment: datetime, style: Any) -> None:
    expected = dates.format_date(moment.date(), style, locale=language)
    assert formatter("date", language, style=style)(moment.date()) == expected


@given(
    language_names,
    st.datetimes(min_value=datetime(1000, 1, 2), max_value=datetime(9000, 1, 1)),
    st.booleans(),
)
def test_times_are_babels(language: str, moment: datetime, seconds: bool) -> None:
    clock = dates.format_time(moment.time(), "medium" if seconds else "short", locale=language)
    assert formatter("time", language, seconds=seconds)(moment.time()) == clock
    written = formatter("datetime", language, seconds=seconds)(moment.replace(tzinfo=UTC))
    assert written.endswith(clock)
    assert written.startswith(dates.format_date(moment.date(), "medium", locale=language))


@given(language_names, amounts, st.sampled_from(["CNY", "USD", "EUR", "CHF", "BHD", "XXQ"]))
def test_money_is_babels(language: str, amount: Decimal, currency: str) -> None:
    assert formatter("money", language, currency=currency)(amount) == format_currency(
        abs(amount) if amount == 0 else amount, currency, locale=language
    )


@given(language_names, st.integers(min_value=-(10**18), max_value=10**18))
def test_whole_numbers_and_shares_are_babels(language: str, number: int) -> None:
    assert formatter("integer", language)(number) == format_decimal(number, locale=language)
    assert formatter("number", language)(number) == format_decimal(number, locale=language)
    share = Decimal(number).scaleb(-2)
    expected = format_percent(share if share else abs(share), locale=language)
    assert formatter("percent", language, digits=0)(share) == expected


@both
@pytest.mark.parametrize("power", range(3, 13))
def test_compact_units_are_babels(language: str, power: int) -> None:
    amount = Decimal(5).scaleb(power)
    expected = format_compact_currency(amount, "CNY", locale=language, fraction_digits=0)
    written = formatter("compact_money", language, currency="CNY")(amount)
    if language == "zh_CN" and power == 3:
        expected = "¥5,000"
    assert written.replace(",", "") == expected.replace(",", "")


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        ("0", "¥0", "CN¥0"),
        ("999.999", "¥1,000", "CN¥1K"),
        ("9999.99", "¥9,999.99", "CN¥10K"),
        ("9999.999", "¥1万", "CN¥10K"),
        ("12345678", "¥1,234.57万", "CN¥12.35M"),
        ("99999999", "¥1亿", "CN¥100M"),
        ("99994999", "¥9,999.5万", "CN¥99.99M"),
        ("-350000", "-¥35万", "-CN¥350K"),
        ("5e16", "¥50,000万亿", "CN¥50,000T"),
    ],
)
def test_large_amounts_in_short(amount: str, chinese: str, english: str) -> None:
    assert formatter("compact_money", "zh_CN")((Decimal(amount), "CNY")) == chinese
    assert formatter("compact_money", "en")((Decimal(amount), "CNY")) == english


@pytest.mark.parametrize(
    ("value", "options", "written"),
    [
        (Decimal("1.005"), {"digits": 2}, "1.01"),
        (Decimal("-1.005"), {"digits": 2}, "-1.01"),
        (Decimal("2.5"), {"digits": 0}, "3"),
        (Decimal("-0.0004"), {}, "0"),
        (Decimal("1234.5000"), {}, "1,234.5"),
        (Decimal("100"), {}, "100"),
        (0.1, {}, "0.1"),
        (Decimal("Infinity"), {}, "Infinity"),
        (Decimal("9" * 40), {}, ",".join(["9", *["999"] * 13])),
    ],
)
@both
def test_rounding_is_the_databases(language: str, value: Any, options: dict[str, Any], written: str) -> None:
    assert formatter("number", language, **options)(value) == written


def test_a_moment_is_shown_in_the_readers_zone_or_in_a_named_one() -> None:
    write_time, write_day = formatter("datetime", "zh_CN"), formatter("date", "zh_CN")
    assert write_time(MOMENT) == "2026年11月21日 16:05"
    with use_time_zone("Asia/Shanghai"):
        assert write_time(MOMENT) == "2026年11月22日 00:05"
        assert write_day(MOMENT) == "2026年11月22日"
        assert write_day(date(2026, 11, 21)) == "2026年11月21日"
        assert write_time(MOMENT.replace(tzinfo=None)) == "2026年11月22日 00:05"
    assert formatter("datetime", "en", zone="America/New_York")(MOMENT) == "Nov 21, 2026, 11:05\u202fAM"
    assert formatter("time", "zh_CN", seconds=True, zone="Asia/Shanghai")(MOMENT) == "00:05:09"
    assert formatter("time", "zh_CN")(time(7, 5)) == "07:05"


def test_the_ends_of_time_do_not_break_a_page() -> None:
    with use_time_zone("Asia/Shanghai"):
        assert formatter("datetime", "zh_CN")(datetime.max.replace(tzinfo=UTC)).startswith("9999年12月31日")
    with use_time_zone("America/New_York"):
        assert formatter("date", "zh_CN")(datetime.min.replace(tzinfo=UTC)) == "1年1月1日"


@pytest.mark.parametrize(
    ("away", "chinese", "english"),
    [
        (timedelta(days=-3), "3天前", "3 days ago"),
        (timedelta(seconds=-59), "刚刚", "just now"),
        (timedelta(seconds=40), "刚刚", "just now"),
        (timedelta(minutes=5), "5分钟后", "in 5 minutes"),
        (timedelta(hours=-23, minutes=-59), "23小时前", "23 hours ago"),
        (timedelta(days=-8), "1周前", "1 week ago"),
        (timedelta(days=-45), "1个月前", "1 month ago"),
        (timedelta(days=800), "2年后", "in 2 years"),
    ],
)
def test_distance_in_time(away: timedelta, chinese: str, english: str) -> None:
    assert formatter("relative", "zh_CN")(away) == chinese
    assert formatter("relative", "en")(away) == english


def test_a_moment_is_as_far_as_the_clock_says() -> None:
    assert formatter("relative", "en")(datetime.now(UTC) - timedelta(days=2, minutes=1)) == "2 days ago"


def test_yes_and_no() -> None:
    assert [formatter("boolean", "zh_CN")(value) for value in (True, False, None)] == ["是", "否", ""]
    assert formatter("boolean", "en")(True) == "Yes"


KINDS: list[Kind] = [
    "date", "datetime", "time", "relative", "number", "integer", "percent", "money", "compact_money", "boolean",
]  # fmt: skip


@both
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_written_as_nothing(kind: Kind, language: str) -> None:
    assert formatter(kind, language)(None) == ""


@pytest.mark.parametrize("kind", ["money", "compact_money"])
def test_an_amount_without_value_in_a_pair(kind: Kind) -> None:
    assert formatter(kind, "en")((None, "CNY")) == ""
    assert formatter(kind, "en", currency="CNY")(None) == ""


def test_wrong_use_is_named() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        formatter("nonsense", "en")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="xx"):
        formatter("date", "xx")
    with pytest.raises(TypeError, match="colour"):
        formatter("number", "en", colour=1)


def test_the_text_of_a_moment_is_kept_for_its_zone_alone() -> None:
    write = formatter("datetime", "en")
    moment = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    for _turn in range(2):
        with use_time_zone("Asia/Shanghai"):
            assert "Feb 1, 2026" in write(moment) and "7:30" in write(moment)
        with use_time_zone("UTC"):
            assert "Jan 31, 2026" in write(moment) and "11:30" in write(moment)
        assert "Jan 31, 2026" in formatter("datetime", "en", zone="Europe/London")(moment)


def test_the_repeated_hour_is_told_apart() -> None:
    """Python counts both as equal, as long as they are in one zone."""
    write = formatter("datetime", "en", zone="UTC")
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    again = first.replace(fold=1)
    assert first == again
    assert "5:30" in write(first) and "6:30" in write(again)
