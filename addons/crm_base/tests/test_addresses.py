"""One default address of a kind (BASE-12), and the address as one line."""

from __future__ import annotations

from typing import Any

from addons.crm_base.models import Address, Customer
from core.testing.team import choice
from core.testing.world import World


def defaults(world: World, customer: Any) -> dict[str, list[str]]:
    rows = world.owner.page(
        Address, ["street", "kind", "is_default"], Address.customer == customer, order="id"
    ).rows
    found: dict[str, list[str]] = {}
    for row in rows:
        if row[5]:
            found.setdefault(row[4], []).append(row[2])
    return found


def test_the_first_address_of_a_kind_is_its_default_until_another_is_chosen(world: World) -> None:
    env = world.owner
    office, store = (
        choice(env, "crm_base.address_kind", "office"),
        choice(env, "crm_base.address_kind", "store"),
    )
    acme = env.create(Customer, name="Acme", phone="021-1234567")
    env.create_many(
        Address,
        [{"customer": acme, "kind": kind, "street": street} for kind, street in
         ((office, "A"), (office, "B"), (store, "C"))],
    )  # fmt: skip
    assert defaults(world, acme) == {"Office": ["A"], "Store": ["C"]}
    env.create(Address, customer=acme, kind=office, street="D", is_default=True)
    assert defaults(world, acme) == {"Office": ["D"], "Store": ["C"]}
    second = env.first(Address, Address.street == "B")
    env.write(second, is_default=True)
    assert defaults(world, acme) == {"Office": ["B"], "Store": ["C"]}
    env.write(second, is_default=False)
    assert defaults(world, acme) == {"Office": ["A"], "Store": ["C"]}


def test_when_the_default_goes_into_the_bin_another_takes_its_place(world: World) -> None:
    env = world.owner
    office = choice(env, "crm_base.address_kind", "office")
    acme, beta = (env.create(Customer, name=name, phone="021-1234567") for name in ("Acme", "Beta"))
    first, _second, other = (
        env.create(Address, customer=customer, kind=office, street=street)
        for customer, street in ((acme, "A"), (acme, "B"), (beta, "C"))
    )
    env.delete(first)
    assert defaults(world, acme) == {"Office": ["B"]} and defaults(world, beta) == {"Office": ["C"]}
    env.delete(other)
    assert defaults(world, beta) == {}


def test_the_address_in_one_line_begins_with_the_largest_unit(world: World) -> None:
    env = world.owner
    acme = env.create(Customer, name="Acme", phone="021-1234567")
    made = env.create(
        Address, customer=acme, kind=choice(env, "crm_base.address_kind", "office"), province="广东省", city="深圳市",
        street="科技路1号",
    )  # fmt: skip
    assert made.full == "广东省 深圳市 科技路1号"
    assert [label for _key, label in env.complete(Address, "科技路")] == ["广东省 深圳市 科技路1号"]
