"""Confidential contact data: the owner, the direct superior and administrators; nobody else, by no way."""

from __future__ import annotations

from typing import Any

import pytest

from addons.crm_base.models import Address, Contact, Customer
from addons.crm_base.services.duplicate_check import hints_for
from addons.crm_base.services.duplicates import Probe
from core.api import AccessDenied, NotFound, ValidationFailed
from core.exchange.references import ByField
from core.orm.history import entries_of
from core.orm.masking import MASK, refuse_given
from core.testing.team import choice
from core.testing.world import World, use_env

PHONE, MAIL, MOBILE, STREET = "021-7654321", "boss@acme.example", "13912345678", "Secret Lane 5"


@pytest.fixture
def acme(world: World) -> Any:
    """A marked customer of the owner, with a contact and an address."""
    env = world.owner
    acme = env.create(Customer, name="Acme", phone=PHONE, email=MAIL)
    env.create(Contact, customer=acme, name="Zhang San", mobile=MOBILE, messenger="zhangsan77")
    env.create(
        Address,
        customer=acme,
        kind=choice(env, "crm_base.address_kind", "office"),
        street=STREET,
        city="Shanghai",
    )
    with world.system("North") as system:
        system.write(system.get(Customer, acme.id), is_confidential=True)
    return acme


@pytest.fixture
def manager(give: Any) -> Any:
    """Somebody who reads and changes everything of the company, and is neither owner nor superior."""
    return give("colleague", "crm_base.general_manager")


def all_outputs(env: Any) -> str:
    """What lists, single records, groups, search and proposals give of the three models, as one text."""
    found: list[Any] = []
    for model in (Customer, Contact, Address):
        info = env.info(model)
        names = [
            f.name for f in info.fields.values()
            if f.name in env.policy.readable(info) and f.kind not in ("one2many", "many2many")
        ]  # fmt: skip
        page = env.page(model, names, limit=100)
        found += page.rows
        found += [env.read(model, row[0], names) for row in page.rows]
        found += [env.group(model, [name]) for name in ("phone", "email", "mobile") if name in info.fields]
        found += [env.complete(model, ""), env.labels(model, [row[0] for row in page.rows])]
        for row in page.rows:
            found += [dict(entry.changes) for entry in entries_of(env, info, row[0])]
    return str(found)


def test_the_owner_and_the_direct_superior_see_them(world: World, acme: Customer) -> None:
    for person in ("owner", "superior"):
        said = all_outputs(world.new_env(person))
        assert all(value in said for value in (PHONE, MAIL, MOBILE, STREET)), person
        assert MASK not in said


def test_others_see_the_customer_and_its_owner_alone(world: World, acme: Customer, manager: Any) -> None:
    for env in (manager, world.new_env("director")):
        said = all_outputs(env)
        assert not [value for value in (PHONE, MAIL, MOBILE, STREET, "zhangsan77") if value in said]
        row = env.read(Customer, acme.id, ["name", "owner", "phone"])
        assert row[2:] == ("Acme", world.staff.users["owner"], "Owner", MASK)


def test_an_administrator_sees_them(world: World, acme: Customer, give: Any) -> None:
    env = give("admin", "crm_base.market_director")
    assert env.read(Customer, acme.id, ["phone"])[2] == PHONE


def test_nobody_finds_them_by_guessing(world: World, acme: Customer, manager: Any) -> None:
    for text in (PHONE, MAIL, "7654321"):
        assert manager.page(Customer, ["name"], search=text).rows == []
        assert manager.count(Customer, search=text).value == 0
        assert len(world.owner.page(Customer, ["name"], search=text).rows) == 1
    assert manager.page(Contact, ["name"], search=MOBILE).rows == []
    for op, value in (("eq", PHONE), ("contains", "765"), ("starts", "021"), ("in", PHONE)):
        assert manager.count(Customer, manager.condition(Customer, "phone", op, value)).value == 0
    assert manager.count(Customer, manager.condition(Customer, "phone", "empty", "yes")).value == 1
    assert manager.group(Customer, ["phone"])[0].keys == (None,)


def test_the_order_tells_nothing(world: World, acme: Customer, manager: Any) -> None:
    world.owner.create(Customer, name="Open", phone="000-0000000")
    for order in ("phone", "-phone"):
        ids = [row[0] for row in manager.page(Customer, ["name"], order=order).rows]
        assert (ids[0] == acme.id) == (order == "phone"), "a masked value sorts as an empty one"


def test_nobody_overwrites_what_they_do_not_see(world: World, acme: Customer, manager: Any) -> None:
    record = manager.get(Customer, acme.id)
    with pytest.raises(ValidationFailed) as refused:
        manager.write(record, phone="021-1111111", strict=True)
    assert set(refused.value.problems) == {"phone"}
    with pytest.raises(ValidationFailed):
        manager.write_many(Customer, [acme.id], email="x@example.com")
    manager.write(manager.get(Customer, acme.id), short_name="A", strict=True)
    assert world.owner.read(Customer, acme.id, ["phone", "short_name"])[2:] == (PHONE, "A")


def test_a_stale_form_is_told_no_value(world: World, acme: Customer, manager: Any) -> None:
    version = manager.read(Customer, acme.id, [])[1]
    with world.system("North") as system:
        system.write(system.get(Customer, acme.id), phone="021-9999999")
    record = manager.get(Customer, acme.id)
    manager.refresh(manager.info(Customer), [record])
    with pytest.raises(ValidationFailed) as refused:
        manager.write(record, version=version, strict=True, phone="021-1111111")
    assert "999" not in str(refused.value.problems)


def test_the_duplicate_check_does_not_tell_a_number(world: World, acme: Customer, manager: Any) -> None:
    probe = Probe(companies=("Other Ltd",), phones=(PHONE,), emails=(MAIL,))
    with use_env(manager):
        assert hints_for(manager, probe) == []
        assert len(hints_for(manager, Probe(companies=("Acme",)))) == 1, "the name is no secret"
    with use_env(world.owner):
        assert len(hints_for(world.owner, probe)) == 1


def test_marking_is_a_right_that_the_company_gives(world: World, acme: Customer) -> None:
    plain = world.owner.create(Customer, name="Plain", phone="021-1000000")
    with use_env(world.owner), pytest.raises(AccessDenied):
        plain.confide()
    with world.system("North") as system:
        role = system.first("base.role", system.condition("base.role", "code", "eq", "crm_base.salesperson"))
        system.create("base.role_right", role=role, model="crm_base.customer", action="confide", level="own")
    owner = world.new_env("owner")
    with use_env(owner):
        record = owner.get(Customer, plain.id)
        record.confide()
        with pytest.raises((AccessDenied, NotFound)):
            record.confide()
    superior = world.new_env("superior")
    with use_env(superior):
        record = superior.get(Customer, plain.id)
        record.open_contact_data()
        with pytest.raises(AccessDenied):
            record.confide()
    assert world.new_env("owner").read(Customer, plain.id, ["is_confidential"])[2] is False


def test_another_owner_takes_them_over(world: World, acme: Customer, manager: Any) -> None:
    with use_env(manager):
        manager.get(Customer, acme.id).transfer(to=manager.user)
    assert world.new_env("colleague").read(Customer, acme.id, ["phone"])[2] == PHONE
    assert manager.info(Customer).key == "crm_base.customer"


def test_an_import_neither_finds_nor_compares_them(world: World, acme: Customer, manager: Any) -> None:
    for env, finds in ((world.owner, True), (manager, False)):
        info, known = env.info(Contact), ByField(env)
        known.load(info, "mobile", [MOBILE])
        if finds:
            assert known.get(info, "mobile", MOBILE)
        else:
            with pytest.raises(ValueError, match="no access"):
                known.get(info, "mobile", MOBILE)
    with pytest.raises(ValidationFailed):
        refuse_given(manager, manager.info(Customer), {acme.id: ["phone"]})
    refuse_given(manager, manager.info(Customer), {acme.id: ["name"]})
    refuse_given(world.owner, world.owner.info(Customer), {acme.id: ["phone"]})
