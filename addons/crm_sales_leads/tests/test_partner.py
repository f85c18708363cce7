"""The shipped role of sales partners: people outside of the company quote to their own customers, and see no others.

`partner` belongs to no employee and to no department, and has this one role. `setting_apart` is what the how-to tells
administrators to do, so that people outside do not read what every employee reads.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Activity, Contact, Customer
from addons.crm_leads.models import Opportunity
from addons.crm_product.models import PriceItem, PriceList, Product, Unit
from addons.crm_product.services.pricing import prices_for
from addons.crm_sales.models import Order, OrderLine, Quote, QuoteLine
from core.api import AccessDenied, Env, UserError
from core.exchange.asked import Asked
from core.exchange.export_rows import Rows
from core.orm.searching_all import first_hits
from core.testing.people import NORTH, STAFF
from core.testing.team import acting, buttons, choice, give
from core.testing.world import World, use_env

PRICE_LIST = "crm_product.price_list"
MODELS = (Customer, Contact, Opportunity, Quote, Order)
THEIRS, OWN = "Their secret", "Partner's own"


def story(env: Env, goods: int, name: str) -> dict[Any, Any]:
    """A customer with contact, opportunity, quote and order, of the caller or of the owner that customers have."""
    whom = env.create(Customer, name=name, phone="021-1234567")
    made = {Customer: whom, Contact: env.create(Contact, name=name, customer=whom, phone="021-7654321")}
    made[Opportunity] = env.create(
        Opportunity, title=name, customer=whom, amount=50_000, intention="Has asked for a quote",
        expected_close=env.today + timedelta(days=30),
    )  # fmt: skip
    made[Quote] = env.create(Quote, customer=whom, title=name)
    env.create(QuoteLine, document=made[Quote], product=goods, quantity=2)
    return made


def ordered(env: Env, made: dict[Any, Any], goods: int) -> None:
    """The order of a story, entered by somebody of the company."""
    made[Order] = env.create(
        Order, customer=made[Customer], owner=made[Customer].owner_id, customer_reference="Ref"
    )
    env.create(OrderLine, document=made[Order], product=goods, quantity=2)


@pytest.fixture
def goods(world: World) -> int:
    """A product at 100, at 60 for dealers and at 55 for members; it costs 40."""
    with world.system(NORTH) as env:
        made = env.create(
            Product, name="Server", unit=env.first(Unit), list_price=Decimal(100), cost=Decimal(40)
        )
        for kind, price, priority in (("wholesale", 60, 0), ("member", 55, 1)):
            listed = env.create(PriceList, name=kind, kind=kind, currency="CNY", priority=priority)
            env.create(PriceItem, price_list=listed, product=made, price=price)
        return int(made.id)


@pytest.fixture
def partner(world: World, goods: int, monkeypatch: pytest.MonkeyPatch) -> dict[Any, Any]:
    """The records of a partner, whose account was made by an administrator; a salesperson has the same of its own."""
    with acting(world, "admin") as admin:
        user = admin.create("base.user", name="Dealer Ltd", login="dealer", language="en")
        give(admin, user.id, "crm_base.sales_partner")
    world.staff.users["partner"] = user.id
    monkeypatch.setitem(STAFF, "partner", NORTH)
    with acting(world, "owner") as env:
        theirs = story(env, goods, THEIRS)
        ordered(env, theirs, goods)
    with acting(world, "partner") as env:
        own = story(env, goods, OWN)
    with world.system(NORTH) as env:
        ordered(env, own, goods)
    return {"own": own, "theirs": theirs}


@pytest.fixture
def setting_apart(world: World, partner: Any) -> None:
    """The reading of these is taken from everybody and given to the roles of the company; partners have one kind of price."""
    with acting(world, "admin") as admin:
        role = {
            code: admin.first("base.role", admin.condition("base.role", "code", "eq", code))
            for code in (
                "base.user",
                "crm_base.sales_partner",
                "crm_base.salesperson",
                "crm_base.sales_director",
            )
        }
        for model in ("base.employee", "base.department", PRICE_LIST):
            for code in ("crm_base.salesperson", "crm_base.sales_director"):
                admin.create("base.role_right", role=role[code], model=model, action="read", level="company")
            admin.create("base.role_right", role=role["base.user"], model=model, action="read", level="none")
        outside = role["crm_base.sales_partner"]
        admin.create("base.role_right", role=outside, model=PRICE_LIST, action="read", level="company")
        admin.create("base.value_limit", role=outside, model=PRICE_LIST, field="kind", value="wholesale")


def price_of(env: Env, goods: int) -> Decimal:
    return prices_for(env, None, "CNY", env.today, [(goods, Decimal(1), None)])[0].unit_price


def named(hits: Any) -> list[str]:
    """The names of what a search of everything finds."""
    return [str(one) for found in hits.values() for one in found]


@pytest.mark.parametrize("model", MODELS)
def test_only_the_own_records_are_reached(world: World, partner: Any, model: Any) -> None:
    own, theirs = partner["own"][model], partner["theirs"][model]
    with acting(world, "partner") as env:
        name = env.info(model).display
        assert [row[0] for row in env.page(model, [name]).rows] == [own.id]
        assert [one.id for one in env.search(model)] == [own.id]
        assert env.count(model).value == 1
        assert [row.count for row in env.group(model, ["owner"], ())] == [1]
        assert {key for key, _label in env.complete(model, "", 10)} == {own.id}
        for text in (THEIRS, "secret"):
            assert not env.page(model, [name], search=text).rows
            assert not env.complete(model, text, 10)
            assert not named(first_hits(env, [env.info(model)], text, 10))
        assert env.labels(model, [own.id, theirs.id]).keys() == {own.id}
        with pytest.raises(AccessDenied):
            list(Rows(Asked(env.info(model).key, columns=(name,)), lambda: env))


def test_lines_are_seen_with_their_documents(world: World, partner: Any) -> None:
    own = partner["own"]
    with acting(world, "partner") as env:
        assert [one.document_id for one in env.search(QuoteLine)] == [own[Quote].id]
        assert [one.document_id for one in env.search(OrderLine)] == [own[Order].id]


def test_what_the_company_notes_about_a_partners_customer_is_its_own(world: World, partner: Any) -> None:
    whom = partner["own"][Customer].id
    with world.system(NORTH) as env:
        noted = env.create(
            Activity, customer=whom, subject="Pays late", kind=choice(env, "crm_base.activity_kind", "phone"),
            owner=world.staff.users["owner"],
        )  # fmt: skip
    with acting(world, "partner") as env:
        own = env.create(
            Activity, customer=whom, subject="Called", kind=choice(env, "crm_base.activity_kind", "phone")
        )
        assert [one.id for one in env.search(Activity)] == [own.id] != [noted.id]


def test_a_quote_goes_its_way_and_the_company_makes_the_order_of_it(world: World, partner: Any) -> None:
    own = partner["own"]
    with acting(world, "partner") as env:
        quote = env.get(Quote, own[Quote].id)
        assert {"mark_sent", "accept", "decline"} <= buttons(world, "partner", quote)
        quote.mark_sent()
        quote.accept()
    assert {"make_order", "make_contract", "approve"}.isdisjoint(buttons(world, "partner", own[Quote]))
    assert {"make_order", "make_contract"}.isdisjoint(buttons(world, "partner", own[Opportunity]))
    assert "make_quote" in buttons(world, "partner", own[Opportunity])
    with acting(world, "partner") as env, pytest.raises(AccessDenied):
        env.get(Quote, own[Quote].id).make_order()
    with world.system(NORTH) as env, use_env(env):
        made = env.get(Quote, own[Quote].id).make_order()
    assert buttons(world, "partner", made).isdisjoint(
        {"confirm", "cancel", "close", "deliver", "copy_as_new"}
    )
    with acting(world, "partner") as env:
        assert env.get(Order, made.id).owner_id == env.user_id, "the partner follows what became of it"
        with pytest.raises(AccessDenied):
            env.write(env.get(Order, made.id), customer_reference="Mine")


def test_an_opportunity_that_a_partner_wins_waits_as_a_draft_for_the_company(
    world: World, partner: Any
) -> None:
    own = partner["own"][Opportunity]
    with acting(world, "partner") as env:
        env.get(Opportunity, own.id).win(amount=Decimal(1900))
        (made,) = env.search(Order, env.condition(Order, "opportunity", "eq", str(own.id)))
        assert (made.state.code, made.owner_id) == ("draft", env.user_id)
    assert "confirm" not in buttons(world, "partner", made)


def test_customers_are_not_given_away_and_not_taken(world: World, partner: Any) -> None:
    with acting(world, "partner") as env, pytest.raises(AccessDenied):
        env.write(env.get(Customer, partner["own"][Customer].id), owner=world.staff.users["owner"])
    with acting(world, "partner") as env, pytest.raises(UserError):
        env.create(Quote, customer=partner["theirs"][Customer].id, title="For somebody else's customer")


def test_costs_are_nobodys_but_ours(world: World, partner: Any, goods: int) -> None:
    with acting(world, "partner") as env:
        hidden = {"cost"} & env.info(Product).fields.keys()
        assert hidden and hidden.isdisjoint(env.policy.readable(env.info(Product)))
        assert {"login", "email"}.isdisjoint(env.policy.readable(env.info("base.user")))
        for action in ("create", "update", "delete", "export"):
            assert not env.can(action, Product) and not env.can(action, PriceList)


@pytest.mark.usefixtures("setting_apart")
def test_set_apart_a_partner_reads_no_employees_and_no_prices_of_other_kinds(
    world: World, goods: int
) -> None:
    with acting(world, "partner") as env:
        assert not env.can("read", "base.employee") and not env.can("read", "base.department")
        assert [one.kind for one in env.search(PriceList)] == ["wholesale"]
        assert {one.price for one in env.search(PriceItem)} == {60}
        assert price_of(env, goods) == 60
        assert env.search("base.user", env.condition("base.user", "name", "eq", "Owner")), "names are needed"
    with acting(world, "owner") as env:
        assert env.search("base.employee") and env.search("base.department")
        assert {one.kind for one in env.search(PriceList)} == {"wholesale", "member"}
        assert price_of(env, goods) == 55


@pytest.mark.usefixtures("setting_apart")
def test_set_apart_a_partner_goes_on_quoting(world: World, partner: Any, goods: int) -> None:
    with acting(world, "partner") as env:
        made = env.create(
            Quote, customer=partner["own"][Customer].id, title="Ten more",
            lines=[{"product": goods, "quantity": Decimal(10)}],
        )  # fmt: skip
        (line,) = env.search(QuoteLine, QuoteLine.document == made.id)
        assert (line.unit_price, line.document.owner_id) == (60, env.user_id)
