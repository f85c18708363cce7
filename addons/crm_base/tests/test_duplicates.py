"""The duplicate hint: who is in the files already, told as name and owner only (BASE-17)."""

from __future__ import annotations

from typing import Any

import pytest

from addons.crm_base.hooks import contact_exists_already, customer_exists_already
from addons.crm_base.models import Contact, Customer
from addons.crm_base.services.duplicates import Probe, look
from core.testing.world import World


@pytest.fixture
def acme(world: World) -> Any:
    return world.owner.create(
        Customer, name="上海华联商贸有限公司", short_name="华联", phone="021-6888 1234", email="Info@Hualian.cn",
        tax_number="91310000MA1K", intention="secret plans",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": "上海华联商贸股份有限公司"}, "same name"),
        ({"name": "华联商贸"}, "similar name"),
        ({"name": "上海华连商贸"}, "similar name"),
        ({"name": "Another", "phone": "(021) 68881234"}, "same telephone number"),
        ({"name": "Another", "phone": "+86 021 68881234 转 8"}, "same telephone number"),
        ({"name": "Another", "email": "info@hualian.cn"}, "same mail address"),
        ({"name": "Another", "tax_number": "91310000ma1k"}, "same tax number"),
    ],
)
def test_people_without_access_learn_name_and_owner_and_nothing_else(
    world: World, acme: Customer, values: dict[str, Any], reason: str
) -> None:
    (found,) = customer_exists_already(world.colleague, {"phone": "999", **values})
    assert found.url is None
    assert found.text.translate("en") == f"Customer “上海华联商贸有限公司” of Owner exists already: {reason}."
    (known,) = customer_exists_already(world.superior, {"phone": "999", **values})
    assert known.url == f"/r/crm_base.customer/{acme.id}"


def test_several_reasons_come_in_one_sentence_and_the_likeliest_first(world: World, acme: Customer) -> None:
    world.owner.create(Customer, name="华联超市", phone="1234567")
    hints = customer_exists_already(
        world.colleague, {"name": "上海华联商贸", "phone": "021-68881234", "email": "info@hualian.cn"}
    )
    first = hints[0].text.translate("zh_CN")
    assert "上海华联商贸有限公司" in first and "Owner" in first
    assert [reason.translate("en") for reason in hints[0].text.args["reasons"]] == [
        "same name", "same telephone number", "same mail address",
    ]  # fmt: skip
    assert "secret" not in first


def test_other_companies_and_the_bin_are_never_looked_at(world: World, acme: Customer) -> None:
    assert customer_exists_already(world.other, {"name": "上海华联商贸有限公司"}) == []
    world.owner.delete(acme)
    assert customer_exists_already(world.colleague, {"name": "上海华联商贸有限公司"}) == []


def test_a_record_is_no_duplicate_of_itself(world: World, acme: Customer) -> None:
    values = {"name": acme.name, "phone": acme.phone}
    assert customer_exists_already(world.owner, {**values, "id": acme.id}) == []
    assert len(customer_exists_already(world.owner, values)) == 1


def test_contacts_are_compared_by_exact_name_number_and_mail(world: World, acme: Customer) -> None:
    ann = world.owner.create(
        Contact, customer=acme, name="张 伟", mobile="138 0013 8000", email="zw@hualian.cn"
    )
    sentences = [
        hint.text.translate("en") for hint in contact_exists_already(world.colleague, {"name": "张伟"})
    ]
    assert sentences == ["Contact “张 伟” of Owner exists already: same name."]
    assert contact_exists_already(world.colleague, {"name": "张伟明"}) == []
    (hint,) = contact_exists_already(world.owner, {"name": "Will", "phone": "+8613800138000"})
    assert hint.url == f"/r/crm_base.contact/{ann.id}"
    (hint,) = customer_exists_already(world.owner, {"name": "Wei Office", "phone": "13800138000"})
    assert "Contact" in hint.text.translate("en")


def test_nothing_to_go_by_asks_nothing(world: World, acme: Customer) -> None:
    assert customer_exists_already(world.colleague, {}) == []
    assert customer_exists_already(world.colleague, {"name": "  ", "phone": "12", "email": None}) == []


def test_the_check_can_be_switched_off_by_the_company(world: World, acme: Customer) -> None:
    with world.system("North") as env:
        env.create("base.setting", key="crm_base.duplicate_check", value={"on": False})
    assert customer_exists_already(world.colleague, {"name": "华联商贸"}) == []


def test_other_addons_look_with_the_same_eyes(world: World, acme: Customer) -> None:
    probe = Probe(companies=("华联商贸",))
    (match,) = look(world.colleague, Customer, probe, companies=("name",))
    assert (match.name, match.owner, match.url) == ("上海华联商贸有限公司", "Owner", None)
