"""Which names mean the same company."""

from __future__ import annotations

import pytest

from addons.crm_base.services.company_names import brand_of, core_of, is_same, is_similar
from addons.crm_base.services.duplicates import digits_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华联商贸有限公司", "华联商贸"),
        ("华联商贸有限责任公司", "华联商贸（集团）股份有限公司"),
        ("Acme Co., Ltd.", "ＡＣＭＥ　ltd"),
        ("Acme Inc", "acme  incorporated"),
        ("上海 华联", "上海华联公司"),
    ],
)
def test_legal_forms_width_case_and_spaces_do_not_count(one: str, other: str) -> None:
    assert is_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海华联商贸有限公司", "华联商贸"),
        ("上海华联商贸有限公司", "华联"),
        ("Keyuan Technolgy Ltd", "Keyuan Technology Ltd"),
        ("恒远精密机械有限公司", "恒远精密机诫公司"),
        ("Northwind Traders", "Northwind Trader"),
    ],
)
def test_places_trades_and_typing_errors_make_similar_names(one: str, other: str) -> None:
    assert is_similar(one, other) and is_similar(other, one) and not is_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海华联商贸有限公司", "北京华能科技有限公司"),
        ("东方电子科技", "南方电子科技"),
        ("Acme Ltd", "Apex Ltd"),
        ("有限公司", "Ltd"),
        ("", "华联"),
    ],
)
def test_others_are_others(one: str, other: str) -> None:
    assert not is_similar(one, other) and not is_same(one, other)


def test_what_is_left_of_a_name() -> None:
    assert core_of("上海华联商贸（集团）有限公司") == "上海华联商贸"
    assert brand_of("上海市华联商贸（集团）有限公司") == "华联"
    assert brand_of("Keyuan Software Technology Co., Ltd.") == "keyuan"
    assert core_of("Co") == "co"


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+86 138-0013-8000", "13800138000"), ("0086 13800138000", "13800138000"), ("8613800138000", "13800138000"),
        ("021-6888 1234 转 801", "02168881234"), ("021-68881234 ext 5", "02168881234"), ("86123456", "86123456"),
    ],
)  # fmt: skip
def test_digits_that_are_dialled(written: str, dialled: str) -> None:
    assert digits_of(written) == dialled
