"""Exchange rates by day, decimals by currency, and the field that holds one."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api import (
    Company,
    CurrencyRate,
    ValidationFailed,
    company_currency,
    decimals_of,
    exchange_rate,
    exchange_rates,
    rounded,
)
from core.errors import AccessDenied
from core.i18n.currencies import CurrencyName, currency_codes
from core.orm.attempts import attempt
from core.orm.context import use_env
from core.orm.env import Env
from core.testing.statements import counted
from core.testing.world import World

DAY = date(2026, 11, 2)


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.admin):
        yield world.admin


def rate(env: Env, code: str, day: date, value: str) -> None:
    env.create(CurrencyRate, currency=code, valid_from=day, rate=Decimal(value))


def test_the_rate_of_a_day_is_the_last_one_before_it(env: Env) -> None:
    rate(env, "USD", DAY, "7.1")
    rate(env, "USD", DAY + timedelta(10), "7.2")
    rate(env, "JPY", DAY, "0.0471")
    assert exchange_rate(env, "USD", DAY) == Decimal("7.1")
    assert exchange_rate(env, "USD", DAY + timedelta(9)) == Decimal("7.1")
    assert exchange_rate(env, "USD", DAY + timedelta(10)) == Decimal("7.2")
    assert exchange_rates(env, ["USD", "JPY", "CNY"], DAY) == {
        "USD": Decimal("7.1"), "JPY": Decimal("0.0471"), "CNY": Decimal(1),
    }  # fmt: skip
    assert counted(env, lambda: exchange_rates(env, ["USD", "JPY", "CNY"], DAY)) == ["select"]


def test_a_rate_that_nobody_knows_is_told_at_the_currency(env: Env) -> None:
    rate(env, "USD", DAY, "7.1")
    for code, day in (("USD", DAY - timedelta(1)), ("KWD", DAY)):
        with pytest.raises(ValidationFailed, match=f"No exchange rate of {code} is known") as told:
            exchange_rate(env, code, day)
        assert set(told.value.problems) == {"currency"}


def test_the_own_currency_needs_no_rate(env: Env) -> None:
    assert company_currency(env) == company_currency(env.sudo("books")) == "CNY"
    assert exchange_rate(env, "CNY") == 1
    assert counted(env, lambda: exchange_rate(env, "CNY")) == []
    with pytest.raises(ValidationFailed, match="own currency"), attempt(env):
        rate(env, "CNY", DAY, "1")


def test_a_deleted_rate_does_not_count_and_there_is_one_a_day(env: Env) -> None:
    rate(env, "USD", DAY, "7.1")
    with pytest.raises(ValidationFailed), attempt(env):
        rate(env, "USD", DAY, "7.3")
    rate(env, "USD", DAY + timedelta(1), "7.5")
    env.delete(env.search(CurrencyRate, CurrencyRate.rate == Decimal("7.5")))
    assert exchange_rate(env, "USD", DAY + timedelta(1)) == Decimal("7.1")


@pytest.mark.parametrize(("name", "value"), [
    ("currency", "XYZ"), ("currency", "usd"), ("currency", None), ("rate", 0), ("rate", "-1"), ("valid_from", "x"),
])  # fmt: skip
def test_what_is_no_rate_is_told_at_its_field(env: Env, name: str, value: object) -> None:
    with pytest.raises(ValidationFailed) as told, attempt(env):
        env.create(CurrencyRate, **({"currency": "USD", "valid_from": DAY, "rate": 7} | {name: value}))
    assert set(told.value.problems) == {name}


def test_everybody_knows_rates_and_administrators_keep_them(world: World) -> None:
    with use_env(world.admin) as boss:
        rate(boss, "USD", DAY, "7.1")
    with use_env(world.stranger) as anybody:
        assert exchange_rate(anybody, "USD", DAY) == Decimal("7.1")
        assert anybody.count(CurrencyRate).value == 1
        with pytest.raises(AccessDenied):
            rate(anybody, "EUR", DAY, "7.8")
    with use_env(world.other) as elsewhere, pytest.raises(ValidationFailed):
        exchange_rate(elsewhere, "USD", DAY)


def test_a_company_keeps_its_books_in_a_currency_that_there_is(env: Env) -> None:
    company = env.get(Company, env.company_id)
    with pytest.raises(ValidationFailed), attempt(env):
        env.write(company, currency="RMB")
    env.write(company, currency="KWD")
    assert company_currency(env.sudo("again")) == "KWD"


def test_decimals_are_those_of_the_currency() -> None:
    assert [decimals_of(code) for code in ("CNY", "USD", "JPY", "KWD")] == [2, 2, 0, 3]
    assert rounded(Decimal("2.005"), "CNY") == Decimal("2.01")
    assert rounded(Decimal("-2.005"), "CNY") == Decimal("-2.01")
    assert rounded(Decimal("2.5"), "JPY") == 3
    assert rounded(Decimal("2.0005"), "KWD") == Decimal("2.001")
    assert str(rounded(5, "CNY")) == "5.00"


@given(st.decimals(-(10**12), 10**12, places=6), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_rounding_is_by_less_than_half_a_unit_and_final(amount: Decimal, code: str) -> None:
    found = rounded(amount, code)
    assert abs(found - amount) * 2 <= Decimal(1).scaleb(-decimals_of(code))
    assert rounded(found, code) == found


def test_currencies_are_named_in_the_language_of_the_reader() -> None:
    assert {"CNY", "USD", "EUR", "JPY", "KWD"} <= set(currency_codes())
    assert "DEM" not in currency_codes()
    assert CurrencyName("JPY").translate("zh_CN") == "JPY 日元"
    assert CurrencyName("JPY").translate("en") == "JPY Japanese Yen"
