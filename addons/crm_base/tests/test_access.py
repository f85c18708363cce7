"""Who sees and changes customers and what belongs to them (features 5.2 and 5.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from addons.crm_base.models import Activity, Address, Category, Contact, Customer, Task
from core.api import AccessDenied, NotFound, ValidationFailed
from core.testing.team import choice
from core.testing.world import World, use_env


@pytest.fixture
def acme(world: World) -> Any:
    return world.owner.create(Customer, name="Acme", phone="021-1234567")


def sees(env: Any, record: Any) -> bool:
    return bool(env.count(type(record), env.info(type(record)).cls.id == record.id).value)


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        ("owner", {"read", "update", "delete", "export"}),
        ("superior", {"read", "update", "export"}),
        ("director", {"read", "export"}),
        ("colleague", set()),
        ("stranger", set()),
        ("admin", set()),
        ("other", set()),
    ],
)
def test_the_rule_of_superiors_holds_for_customers(
    world: World, acme: Customer, person: str, allowed: set[str]
) -> None:
    env = world.env(person)
    asked = ("read", "update", "delete", "export", "assign", "import")
    assert {action for action in asked if env.can(action, acme)} == allowed


def test_a_sales_director_reaches_the_department(world: World, acme: Customer, give: Any) -> None:
    director = give("colleague", "crm_base.sales_director")
    assert {a for a in ("read", "update", "delete", "export", "assign", "import") if director.can(a, acme)} == {
        "read", "export", "assign", "import",
    }  # fmt: skip
    found = director.get(Customer, acme.id)
    with use_env(director):
        found.transfer(to=director.user)
    assert director.read(Customer, acme.id, ["owner"])[2] == director.user_id
    assert world.owner.count(Customer).value == 0


def test_a_salesperson_cannot_transfer(world: World, acme: Customer) -> None:
    with use_env(world.owner), pytest.raises(AccessDenied):
        acme.transfer(to=world.staff.users["colleague"])


def test_the_general_manager_has_all_rights_in_the_company(world: World, acme: Customer, give: Any) -> None:
    manager = give("stranger", "crm_base.general_manager")
    found = manager.get(Customer, acme.id)
    manager.write(found, short_name="A")
    manager.delete(found)
    assert manager.count(Customer).value == 0
    assert world.other.count(Customer, binned=True).value == 0


def test_the_market_director_sees_everything_and_changes_nothing(
    world: World, acme: Customer, give: Any
) -> None:
    contact = world.owner.create(Contact, customer=acme, name="Ann")
    kind = choice(world.owner, "crm_base.address_kind", "office")
    address = world.owner.create(Address, customer=acme, kind=kind, street="Road 1")
    task = world.owner.create(Task, subject="Call")
    call = world.owner.create(
        Activity, subject="Call", kind=choice(world.owner, "crm_base.activity_kind", "phone")
    )
    env = give("stranger", "crm_base.market_director")
    for record in (acme, contact, address, task, call):
        assert sees(env, record)
        assert not any(env.can(action, record) for action in ("update", "delete", "assign"))
        found = env.get(type(record), record.id)
        assert env.allowed_methods(found) == []
        with pytest.raises(AccessDenied):
            env.delete(found)
    for model in (Customer, Contact, Address, Activity, Task):
        assert not env.can("create", model)
    assert env.group(Customer, ["status"])[0].count == 1


def test_contacts_and_addresses_are_seen_with_their_customer(world: World, acme: Customer) -> None:
    contact = world.owner.create(Contact, customer=acme, name="Ann")
    kind = choice(world.owner, "crm_base.address_kind", "office")
    address = world.owner.create(Address, customer=acme, kind=kind, street="Road 1")
    for record in (contact, address):
        assert [p for p in ("owner", "superior", "director", "colleague", "stranger", "other")
                if sees(world.env(p), record)] == ["owner", "superior", "director"]  # fmt: skip
    found = world.superior.get(Address, address.id)
    world.superior.write(found, street="Road 2")
    with pytest.raises(AccessDenied):
        world.superior.delete(found)
    with pytest.raises(AccessDenied):
        world.director.write(world.director.get(Address, address.id), street="Road 3")
    with pytest.raises(AccessDenied):
        world.superior.delete(world.superior.get(Contact, contact.id))


def test_contacts_follow_a_transferred_customer(world: World, acme: Customer, give: Any) -> None:
    contact = world.owner.create(Contact, customer=acme, name="Ann", owner=world.owner.user_id)
    env = give("superior", "crm_base.sales_director")
    with use_env(env):
        env.get(Customer, acme.id).transfer(to=world.staff.users["colleague"])
    found = world.colleague.get(Contact, contact.id)
    world.colleague.write(found, mobile="13800138000")
    assert world.colleague.read(Contact, contact.id, ["mobile"])[2] == "13800138000"


def test_nobody_adds_a_contact_or_address_to_a_customer_of_others(world: World, acme: Customer) -> None:
    with pytest.raises((AccessDenied, ValidationFailed, NotFound)):
        world.colleague.create(Contact, customer=acme.id, name="Mole")
    kind = choice(world.owner, "crm_base.address_kind", "office")
    with pytest.raises((AccessDenied, ValidationFailed, NotFound)):
        world.colleague.create(Address, customer=acme.id, kind=kind, street="Road 1")
    with pytest.raises(AccessDenied):  # seen from above, but not kept
        world.director.create(Address, customer=acme.id, kind=kind, street="Road 1")


def test_activities_on_visible_customers_are_read_by_all_who_see_them(world: World, acme: Customer) -> None:
    kind = choice(world.owner, "crm_base.activity_kind", "visit")
    visit = world.superior.create(Activity, subject="Visit", kind=kind, customer=acme.id)
    assert sees(world.owner, visit) and not sees(world.colleague, visit)
    with pytest.raises(AccessDenied):
        world.owner.write(world.owner.get(Activity, visit.id), subject="Mine")
    invited = world.owner.create(
        Activity, subject="Meeting", kind=kind, customer=acme, participants=[world.staff.users["colleague"]]
    )
    assert sees(world.colleague, invited)


def test_an_open_task_shows_its_customer_to_who_has_it(world: World, acme: Customer) -> None:
    assert not sees(world.colleague, acme)
    task = world.owner.create(Task, subject="Help", customer=acme, assignee=world.staff.users["colleague"])
    colleague = world.new_env("colleague")
    assert sees(colleague, acme) and sees(colleague, task)
    with pytest.raises(AccessDenied):
        colleague.write(colleague.get(Customer, acme.id), name="Mine")
    with use_env(colleague):
        colleague.get(Task, task.id).report_done(result="Helped")
    with use_env(world.owner):
        task.confirm()
    assert not sees(world.new_env("colleague"), acme)


def test_helpers_work_on_a_task_and_strangers_do_not_see_it(world: World) -> None:
    due = world.owner.now.date() + timedelta(days=1)
    task = world.owner.create(
        Task, subject="Move house", due=due, helpers=[world.staff.users["stranger"]],
        assignee=world.staff.users["colleague"],
    )  # fmt: skip
    assert [p for p in ("owner", "superior", "director", "colleague", "stranger", "admin", "other")
            if sees(world.new_env(p), task)] == ["owner", "superior", "director", "colleague", "stranger"]  # fmt: skip
    helper = world.new_env("stranger")
    found = helper.get(Task, task.id)
    assert {method.name for method in helper.allowed_methods(found)} == {"begin", "report_done"}
    with use_env(helper):
        found.begin()
    with pytest.raises(AccessDenied):
        helper.delete(found)


def test_categories_are_the_administrators(world: World) -> None:
    made = world.admin.create(Category, name="North")
    assert sees(world.stranger, made) and not sees(world.other, made)
    with pytest.raises(AccessDenied):
        world.owner.create(Category, name="Mine")
