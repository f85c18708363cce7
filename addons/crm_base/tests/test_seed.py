"""What a company begins with."""

from __future__ import annotations

from addons.crm_base.models import Customer
from core.testing.world import World


def test_every_list_of_this_addon_has_choices_in_both_languages(world: World) -> None:
    declared = {
        found.list_code: found for addon, found in world.composition.collect("options") if addon == "crm_base"
    }
    used = {
        field.option_list
        for info in world.composition.models.values()
        for field in info.fields.values()
        if field.option_list is not None and field.addon == "crm_base"
    }
    assert used == set(declared)
    for found in declared.values():
        assert len(found.choices) >= 3, found.list_code
        for code, name in found.choices:
            chinese, english = name.translate("zh_CN"), name.translate("en")
            assert any("一" <= char <= "鿿" for char in chinese), (found.list_code, code)
            assert english.isascii() and chinese != english
    assert {code for code, _name in declared["crm_base.task_kind"].choices} >= {
        "tracking",
        "sales",
        "service",
        "care",
        "internal",
    }


def test_choices_are_rows_that_all_companies_share_in_their_order(world: World) -> None:
    for env in (world.owner, world.other):
        rows = env.page(
            "base.option",
            ["code"],
            env.condition("base.option", "list_code", "eq", "crm_base.level"),
            order="sequence",
        ).rows
        assert [row[2] for row in rows] == ["key", "a", "b", "c"]


def test_customers_are_numbered_by_company(world: World) -> None:
    codes = [world.owner.create(Customer, name=f"C{n}", phone="021-1234567").code for n in range(2)]
    first = int(codes[0].removeprefix("C"))
    assert codes == [f"C{first:06d}", f"C{first + 1:06d}"]
    assert world.other.create(Customer, name="South", phone="021-1234567").code == "C000001"
