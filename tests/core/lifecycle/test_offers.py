"""What people changed of shipped records stays at an upgrade; what is shipped otherwise since is offered to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from core.auth.environment import make_env
from core.auth.grants import Role
from core.auth.identity import identity_of
from core.auth.roles import ADMIN, SYSTEM, USER
from core.errors import AccessDenied
from core.i18n import use_language
from core.lifecycle.activation import enable_all, prepare_company
from core.lifecycle.install import initialise, upgrade_schema
from core.lifecycle.offers import has_offers, keep, offers, take
from core.lifecycle.plans.making import plan_life
from core.modules.loader import LoadedAddon
from core.orm.compose import compose
from core.orm.context import use_env
from core.orm.declared import NumberingRule, OptionList, numbering, options
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.history import entries_of
from core.orm.system_env import system_env
from core.testing.browser import application_of, browser_of
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.product import Product
from tests.core.lifecycle.toys import FOLDER, released, toys

EVERYTHING = frozenset({"base", "toy_wares"})
PEOPLE = {"ann": ("A", ADMIN), "bob": ("B", ADMIN), "sue": ("A", SYSTEM), "eve": ("A", USER)}


def shop(version: str, **kinds: str) -> list[LoadedAddon]:
    """The toy shop in a version that calls its choices, its role and its numbering otherwise."""
    loaded = released(toys("toy_wares"), "toy_wares", version)
    made = {
        OptionList: options("toy_wares.kind", list(kinds.items())),  # type: ignore[arg-type]
        NumberingRule: numbering("toy_wares.article", title=version, prefix=f"A{version[0]}", width=4),  # type: ignore[arg-type]
        Role: Role("toy_wares.seller", f"Seller {version}"),  # type: ignore[arg-type]
    }

    def changed(one: LoadedAddon) -> Sequence[Any]:
        return [mark._replace(object=made.get(type(mark.object), mark.object)) for mark in one.marked]

    return [replace(one, marked=changed(one)) if one.name == "toy_wares" else one for one in loaded]


def upgraded(database: ScratchDatabase, version: str, **kinds: str) -> None:
    upgrade_schema(database.owner, APP_ROLE, compose(shop(version, **kinds)))


def build(database: ScratchDatabase) -> None:
    """Two companies with the first version of the shop, an administrator each, one of all, and an employee."""
    composed = compose(shop("1.0.0", goods="Goods", service="Service"))
    initialise(database.owner, APP_ROLE, composed)
    with database.owner.begin() as connection:
        with system_env(connection, 0, frozenset({"base"}), "people") as env:
            made = [{"name": code, "code": code, "language": "en"} for code in "AB"]
            companies = dict(zip("AB", env.create_many("base.company", made), strict=True))
            people = {
                name: env.create_many("base.user", [{"name": name, "login": name, "language": "en"}])[0]
                for name in PEOPLE
            }
            found: list[Any] = env.search("base.role", limit=100)
            roles = {one.code: one.id for one in found}
        for made_company in companies.values():
            prepare_company(connection, made_company)
            enable_all(connection, made_company)
        for name, (company, role) in PEOPLE.items():
            with system_env(connection, companies[company], frozenset({"base"}), "people") as env:
                held = [{"user": people[name], "role": roles[code], "company": env.company_id}
                        for code in {USER.code, role.code}]  # fmt: skip
                env.create_many("base.user_role", held)


@pytest.fixture
def shops(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    database = server.create(server.template("toy_offers", build))
    compose(shop("1.0.0", goods="Goods", service="Service"))
    yield database
    server.drop(database)


@contextmanager
def acting(database: ScratchDatabase, name: str) -> Iterator[Env]:
    """A request of this person; committed."""
    with session_factory(database.app)() as session:
        found = session.connection()
        person = found.execute(text("select id from base.user where login = :n"), {"n": name}).scalar_one()
        company = found.execute(
            text("select id from base.company where code = :c"), {"c": PEOPLE[name][0]}
        ).scalar_one()
        session.rollback()
        identity = identity_of(session, person, company)
        assert identity is not None
        env = make_env(session, identity, "page", language="en")
        with use_env(env):
            yield env
            env.commit()


def written(
    database: ScratchDatabase, person: str, model: str, condition: dict[str, Any], **values: Any
) -> None:
    with acting(database, person) as env:
        cls = env.info(model).cls
        env.write(
            env.first(model, *(getattr(cls, key) == value for key, value in condition.items())), **values
        )


def seen(database: ScratchDatabase, name: str) -> set[tuple[str, str, Any, Any, Any]]:
    """Model, field and the three values as their English words, of all that this person may decide."""

    def word(value: Any) -> Any:
        return value["en"] if isinstance(value, dict) else value

    with acting(database, name) as env:
        found = offers(env)
        assert has_offers(env) is bool(found)
        return {
            (one.info.key, one.field.name, word(one.ours), word(one.before), word(one.now)) for one in found
        }


SERVICE = {"list_code": "toy_wares.kind", "code": "service"}
NAME = {"en": "Labour", "zh_CN": "劳务"}
RULE = {"sequence": "toy_wares.article"}
IN_USE = ("base.numbering", "prefix", "A1", "A1", "A2")
"""The first article of a company has a number: what numbers look like stays."""


def test_changed_values_stay_and_what_is_shipped_otherwise_is_offered_field_by_field(
    shops: ScratchDatabase,
) -> None:
    written(shops, "sue", "base.option", SERVICE, name=NAME)
    written(shops, "ann", "base.numbering", RULE, prefix="MY", width=9)
    upgraded(shops, "2.0.0", goods="Wares", service="Services")
    assert seen(shops, "sue") == {("base.option", "name", "Labour", "Service", "Services")}
    assert seen(shops, "ann") == {("base.numbering", "prefix", "MY", "A1", "A2")}, (
        "the width is shipped as before"
    )
    assert seen(shops, "bob") == {IN_USE}, (
        "B has changed nothing, and what A has changed is none of B's business"
    )
    assert seen(shops, "eve") == set()
    with acting(shops, "bob") as env:
        rule: Any = env.first(
            "base.numbering", env.info("base.numbering").cls.sequence == "toy_wares.article"
        )
        assert (rule.prefix, rule.title, rule.width) == ("A1", "2.0.0", 4)
        goods: Any = env.first("base.option", env.info("base.option").cls.code == "goods")
        assert goods.name["en"] == "Wares"


def test_numbers_that_are_in_use_keep_their_form_and_others_follow(shops: ScratchDatabase) -> None:
    written(shops, "bob", "base.numbering", RULE, counter=0)
    told = {(detail, words) for name, detail, words in foretold(shops, "2.0.0") if "base.numbering" in name}
    assert told == {
        ("follows", "“2.0.0 (A)” becomes as it is shipped now: Title"),
        ("offered", "“2.0.0 (A)” stays as it is; what is shipped now is offered: Prefix"),
        ("follows", "“2.0.0 (B)” becomes as it is shipped now: Title, Prefix"),
    }
    upgraded(shops, "2.0.0")
    assert (seen(shops, "ann"), seen(shops, "bob")) == ({IN_USE}, set())


def foretold(database: ScratchDatabase, version: str, **kinds: str) -> set[tuple[str, str, str]]:
    """What the plan of the upgrade says about shipped records: the record, what becomes of it, and the sentence."""
    composed = compose(shop(version, **kinds))
    found = [addon.found for addon in composed.loaded]
    with database.owner.begin() as connection:
        plan = plan_life(connection, composed, found, "upgrade", "base", app_role=APP_ROLE)
    assert plan.refusals == ()
    with use_language("en"):
        return {(line.name, line.detail, str(line.words)) for line in plan.of("record")}


def test_the_plan_of_an_upgrade_says_what_will_follow_be_offered_and_be_new(shops: ScratchDatabase) -> None:
    written(shops, "sue", "base.option", SERVICE, name=NAME)
    written(shops, "ann", "base.numbering", RULE, prefix="MY", width=9)
    kinds = {"goods": "Wares", "service": "Services", "rent": "Rent"}
    with acting(shops, "ann") as env:
        [first, second] = [env.company_id, env.company_id + 1]
    rule = "base.numbering toy_wares.article"
    assert foretold(shops, "2.0.0", **kinds) == {
        ("base.option toy_wares.kind/goods", "follows", "“Wares” becomes as it is shipped now: Name"),
        ("base.option toy_wares.kind/service", "offered",
         "“Services” stays as it is; what is shipped now is offered: Name"),
        ("base.option toy_wares.kind/rent", "added", "“Rent” is new"),
        ("base.role toy_wares.seller", "follows", "“Seller 2.0.0” becomes as it is shipped now: Title"),
        (f"{rule} ({first})", "follows", "“2.0.0 (A)” becomes as it is shipped now: Title"),
        (f"{rule} ({first})", "offered", "“2.0.0 (A)” stays as it is; what is shipped now is offered: Prefix"),
        (f"{rule} ({second})", "follows", "“2.0.0 (B)” becomes as it is shipped now: Title"),
        (f"{rule} ({second})", "offered", "“2.0.0 (B)” stays as it is; what is shipped now is offered: Prefix"),
    }  # fmt: skip
    upgraded(shops, "2.0.0", **kinds)
    assert {line[1:4:2] for line in seen(shops, "sue") | seen(shops, "ann")} == {
        ("name", "Service"),
        ("prefix", "A1"),
    }
    assert foretold(shops, "2.1.0", **kinds) >= {
        (f"{rule} ({first})", "follows", "“2.1.0 (A)” becomes as it is shipped now: Title"),
    }  # fmt: skip


def test_what_was_kept_is_asked_again_only_when_yet_another_value_is_shipped(shops: ScratchDatabase) -> None:
    written(shops, "sue", "base.option", SERVICE, name=NAME)
    upgraded(shops, "2.0.0", goods="Goods", service="Services")
    with acting(shops, "sue") as env:
        [offer] = offers(env)
        assert keep(env, [offer.token]) == 1 and offers(env) == []
        key = offer.record.id
    assert seen(shops, "sue") == set()
    upgraded(shops, "2.1.0", extra="Extra", goods="Goods", service="Services")
    assert seen(shops, "sue") == set(), (
        "another position is shipped and followed; the name is shipped as before"
    )
    upgraded(shops, "3.0.0", goods="Goods", service="Service work")
    assert seen(shops, "sue") == {("base.option", "name", "Labour", "Services", "Service work")}
    with acting(shops, "sue") as env:
        told = [one for one in entries_of(env, env.info("base.option"), key) if one.operation == "keep"]
        assert [(one.user_name, one.reason) for one in told] == [("sue", "kept against an upgrade: Name")]


def test_an_offer_nobody_decided_keeps_the_value_that_people_knew(shops: ScratchDatabase) -> None:
    written(shops, "sue", "base.option", SERVICE, name=NAME)
    upgraded(shops, "2.0.0", goods="Goods", service="Services")
    upgraded(shops, "3.0.0", goods="Goods", service="Service work")
    assert seen(shops, "sue") == {("base.option", "name", "Labour", "Service", "Service work")}
    with acting(shops, "sue") as env:
        [offer] = offers(env)
        assert take(env, [offer.token]) == 1
        assert offer.record.name["en"] == "Service work" and offers(env) == []
        newest = entries_of(env, offer.info, offer.record.id)[0]
        assert (newest.operation, newest.user_name, set(newest.changes)) == ("write", "sue", {"name"})
    upgraded(shops, "4.0.0", goods="Goods", service="Help")
    assert seen(shops, "sue") == set(), "what was taken over follows the addon again"
    with acting(shops, "sue") as env:
        assert env.get(offer.info.cls, offer.record.id).name["en"] == "Help"


def test_nobody_decides_for_another_company_or_for_all(shops: ScratchDatabase) -> None:
    written(shops, "sue", "base.option", SERVICE, name=NAME)
    written(shops, "ann", "base.numbering", RULE, prefix="MY")
    upgraded(shops, "2.0.0", goods="Goods", service="Services")
    with acting(shops, "sue") as env:
        shared = {one.token for one in offers(env)}
    with acting(shops, "ann") as env:
        own = {one.token for one in offers(env)}
    assert shared and own
    for name, tokens in (("bob", shared | own), ("ann", shared), ("sue", own)):
        with acting(shops, name) as env:
            assert (take(env, tokens), keep(env, tokens)) == (0, 0)
    with acting(shops, "eve") as env:
        for decide in (take, keep):
            with pytest.raises(AccessDenied):
                decide(env, shared | own)
    assert seen(shops, "sue") and seen(shops, "ann")


def test_an_offer_that_another_upgrade_has_changed_meanwhile_is_another_one(shops: ScratchDatabase) -> None:
    written(shops, "sue", "base.option", SERVICE, name=NAME)
    upgraded(shops, "2.0.0", goods="Goods", service="Services")
    with acting(shops, "sue") as env:
        [old] = offers(env)
    upgraded(shops, "3.0.0", goods="Goods", service="Help")
    with acting(shops, "sue") as env:
        assert take(env, [old.token, "base.option:x:name:0", "nonsense"]) == 0
        assert offers(env)[0].ours == NAME


def test_the_title_and_rest_of_a_role_stay_as_somebody_has_set_them(shops: ScratchDatabase) -> None:
    with shops.owner.begin() as connection, system_env(connection, 0, EVERYTHING, "renamed") as env:
        role: Any = env.first("base.role", env.info("base.role").cls.code == "toy_wares.seller")
        env.write(role, title={"en": "Counter", "zh_CN": "柜台"}, active=False)
    upgraded(shops, "2.0.0", goods="Goods", service="Service")
    assert seen(shops, "sue") == {("base.role", "title", "Counter", "Seller 1.0.0", "Seller 2.0.0")}
    assert seen(shops, "ann") == {IN_USE}, "shipped roles are those of every company"
    with acting(shops, "sue") as env:
        assert take(env, [one.token for one in offers(env)]) == 1
        role = env.first("base.role", env.info("base.role").cls.code == "toy_wares.seller")
        assert role.title["en"] == "Seller 2.0.0" and not role.active


def test_a_record_in_the_bin_stays_there_and_can_only_be_kept(shops: ScratchDatabase) -> None:
    with acting(shops, "sue") as env:
        cls = env.info("base.option").cls
        env.delete(env.first("base.option", cls.list_code == "toy_wares.kind", cls.code == "service"))
    upgraded(shops, "2.0.0", goods="Goods", service="Services")
    with acting(shops, "sue") as env:
        [offer] = offers(env)
        assert offer.is_binned and take(env, [offer.token]) == 0
        assert keep(env, [offer.token]) == 1 and offers(env) == []


def test_a_new_version_gives_companies_that_have_it_its_new_numbers(shops: ScratchDatabase) -> None:
    loaded = shop("2.0.0", goods="Goods", service="Service")
    new = numbering("toy_wares.receipt", title="Receipts", prefix="R", width=4)  # type: ignore[arg-type]
    wares = next(one for one in loaded if one.name == "toy_wares")
    rule = next(one for one in wares.marked if isinstance(one.object, NumberingRule))
    loaded = [
        replace(one, marked=[*one.marked, rule._replace(object=new)]) if one is wares else one
        for one in loaded
    ]
    upgrade_schema(shops.owner, APP_ROLE, compose(loaded))
    for name in ("ann", "bob"):
        with acting(shops, name) as env:
            assert env.draw_number("toy_wares.receipt") == "R0001"


def test_the_page_shows_the_three_values_and_decides(shops: ScratchDatabase) -> None:
    written(shops, "sue", "base.option", SERVICE, name=NAME)
    upgraded(shops, "2.0.0", goods="Goods", service="Services")
    product = Product([], (FOLDER,))
    composed = compose(shop("2.0.0", goods="Goods", service="Services"))
    application = application_of(product.config, composed, shops)
    with acting(shops, "sue") as env:
        person, company = env.user_id, env.company_id
    with acting(shops, "eve") as env:
        employee = env.user_id
    browser = browser_of(application, shops, person, company)
    assert "/p/base.differences" in browser.get("/").text
    page = browser.get("/p/base.differences")
    for word in ("Labour · 劳务", "Service", "Services", "Ours", "Shipped before", "Shipped now"):
        assert word in page.text
    form = next(one for one in page.forms.values() if one.action == "/differences")
    answer = form.submit("keep", value="all")
    assert answer.status_int == 303
    after = answer.follow()
    assert "There are no differences to decide." in after.text and "1 value stays as it was." in after.text
    assert "/p/base.differences" not in browser.get("/").text
    stranger = browser_of(application, shops, employee, company)
    assert stranger.get("/p/base.differences", status=403)
