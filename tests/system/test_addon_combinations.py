"""Every addon alone and in every combination that can be: companies that have switched on just these.

What a combination is follows from the manifests: an addon comes with those it depends on, and a bridge, which installs
itself, with all of its sides. In each company every screen of every menu opens, what is off answers as if it did not
exist, and an order goes its way, where there are orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, combinations
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select
from webtest import TestApp

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.config import Config
from core.lifecycle.activation import enable
from core.lifecycle.plan import manifests
from core.modules.discovery import discover
from core.modules.manifest import KERNEL, Manifest
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.testing.browser import application_of, browser_of
from core.testing.database import DatabaseServer, ScratchDatabase
from core.testing.people import NORTH
from core.testing.product import Product
from core.views.navigation import MenuNode, menu_tree
from core.views.registry import registry_of
from tests.system.site import Site

pytestmark = pytest.mark.xdist_group("combinations")
BASE: Final = frozenset({KERNEL})


def known() -> dict[str, Manifest]:
    """The manifests of all addons, from their files."""
    found = discover(Product([]).config)
    return {one.name: one.manifest for one in found if one.manifest is not None and one.name != KERNEL}


def is_bridge(manifest: Manifest) -> bool:
    return bool(getattr(manifest, "auto_install", False))


def closed(wanted: frozenset[str], addons: dict[str, Manifest]) -> frozenset[str]:
    """With all that they depend on, and the bridges that have both sides then."""
    found = set(wanted)
    while True:
        needed = {need for name in found for need in addons[name].depends} - {KERNEL}
        bridges = {name for name, one in addons.items() if is_bridge(one) and found.issuperset(one.depends)}
        if needed | bridges <= found:
            return frozenset(found)
        found |= needed | bridges


def subsets() -> list[frozenset[str]]:
    """Every set of addons that a company can have, the smallest first."""
    addons = known()
    free = [name for name, one in addons.items() if not is_bridge(one)]
    chosen = chain.from_iterable(combinations(free, size) for size in range(1, len(free) + 1))
    found = {closed(frozenset(names), addons) for names in chosen}
    return sorted(found, key=lambda one: (len(one), sorted(one)))


def cases() -> list[Any]:
    """All of them, of which `make test` takes each addon alone, everything, and everything without one."""
    found, addons = subsets(), known()
    free = [name for name, one in addons.items() if not is_bridge(one)]
    short = {closed(frozenset({name}), addons) for name in free} | {found[-1]}
    for name in free:
        without = [one for one in found if name not in one]
        short |= {without[-1]} if without else set()
    return [one if one in short else pytest.param(one, marks=pytest.mark.long) for one in found]


def spoken(addons: frozenset[str]) -> str:
    return "+".join(sorted(name.removeprefix("crm_") for name in addons))


@contextmanager
def at_work(site: Site, company: int, user: int) -> Iterator[Env]:
    """A request of a user; committed at the end."""
    with session_factory(site.database.app)() as session:
        identity = identity_of(session, user, company)
        assert identity is not None
        env = make_env(session, identity, "page", language="en")
        with use_env(env):
            yield env
            env.commit()


def company_with(site: Site, addons: frozenset[str], name: str) -> tuple[int, int]:
    """A company that has switched these on, and somebody who holds every role of theirs."""
    composed = site.composed
    with site.database.app.begin() as connection:
        with system_env(connection, 0, BASE, "combinations") as env:
            company = env.create_many(
                "base.company", [{"name": name, "code": f"C{abs(hash(name)) % 10**9}"}]
            )[0]
            user = env.create_many("base.user", [{"name": "Sam", "login": name[-100:], "language": "en"}])[0]
        for addon in (one for one in composed.addons if one in addons):
            enable(connection, company, addon, with_dependencies=True)
        role = composed.info("base.role").table
        with system_env(connection, company, BASE, "combinations") as env:
            codes = [(row.id, row.code) for row in env.session.execute(
                select(role.c.id, role.c.code), execution_options=TRUSTED
            )]  # fmt: skip
            held = [
                key
                for key, code in codes
                if code.partition(".")[0] in {*addons, "base"} and "system" not in code
            ]
            env.create_many(
                "base.user_role", [{"user": user, "company": company, "role": key} for key in held]
            )
            department = env.create_many("base.department", [{"name": "Sales", "code": "S"}])[0]
            env.create_many(
                "base.employee", [{"name": "Sam", "code": "1", "department": department, "user": user}]
            )
    return company, user


def links(nodes: list[MenuNode] | tuple[MenuNode, ...]) -> Iterator[str]:
    for node in nodes:
        if node.url is not None:
            yield node.url
        yield from links(node.children)


def wrong_screens(site: Site, browser: TestApp, company: int, user: int) -> list[str]:
    """Addresses of menus, lists and empty forms that are not answered as they have to be."""
    with at_work(site, company, user) as env:
        tree, on = menu_tree(env), env.addons
    found = []
    for url in ["/", *dict.fromkeys(links(tree))]:
        if (status := browser.get(url, status="*").status_int) != 200:
            found.append(f"{url} is answered {status}")
    for info in site.composed.models.values():
        if info.addon not in on and (status := browser.get(f"/r/{info.key}", status="*").status_int) != 404:
            found.append(f"/r/{info.key}, which is off, is answered {status}")
    reports = registry_of(site.composed).reports
    for addon, report in reports.values():
        status = browser.get(report.url, status="*").status_int
        if status != (200 if addon in on else 404):
            found.append(f"{report.url} is answered {status}")
    return found


def order_of(env: Env) -> int:
    """A customer orders two lines, and the order is confirmed."""
    customer = env.create_many("crm_base.customer", [{"name": "Acme", "phone": "021-1234567"}])[0]
    unit, tax = (env.first(one, order="id") for one in ("crm_product.unit", "crm_product.tax"))
    goods = env.create_many(
        "crm_product.product",
        [{"name": f"Mill {n}", "unit": unit, "tax": tax, "list_price": 100} for n in range(2)],
    )
    order: Any = env.create("crm_sales.order", customer=customer)
    env.create_many("crm_sales.order_line", [
        {"document": order, "product": one, "quantity": 3, "unit": unit, "tax": tax, "unit_price": 100}
        for one in goods
    ])  # fmt: skip
    env.get("crm_sales.order", order.id).confirm()
    return int(order.id)


def state_of(env: Env, order: int) -> str:
    found: Any = env.get("crm_sales.order", order)
    return str(found.state.code)


@pytest.mark.parametrize("addons", cases(), ids=spoken)
def test_a_company_with_just_these(site: Site, addons: frozenset[str]) -> None:
    company, user = company_with(site, addons, spoken(addons))
    browser = browser_of(site.app, site.database, user, company)
    assert wrong_screens(site, browser, company, user) == []
    if "crm_sales" in addons:
        with at_work(site, company, user) as env:
            order = order_of(env)
        with at_work(site, company, user) as env:
            assert state_of(env, order) == "confirmed"
        assert browser.get(f"/r/crm_sales.order/{order}").status_int == 200


def test_what_is_switched_on_later_finds_the_order(site: Site) -> None:
    """Orders that were confirmed before an addon came are shown with it, and can be cancelled."""
    addons = known()
    if "crm_sales" not in addons:
        return
    company, user = company_with(site, closed(frozenset({"crm_sales"}), addons), "later")
    with at_work(site, company, user) as env:
        order = order_of(env)
    with site.database.app.begin() as connection:
        for addon in site.composed.addons:
            if addon != KERNEL:
                enable(connection, company, addon, with_dependencies=True)
    browser = browser_of(site.app, site.database, user, company)
    assert browser.get(f"/r/crm_sales.order/{order}").status_int == 200
    with at_work(site, company, user) as env:
        env.get("crm_sales.order", order).cancel("changed their mind")
    with at_work(site, company, user) as env:
        assert state_of(env, order) == "cancelled"


@pytest.mark.parametrize("addon", [name for name, one in known().items() if not is_bridge(one)])
def test_an_addon_is_installed_without_the_others(addon: str, server: DatabaseServer, tmp_path: Path) -> None:
    """Its code meets no code of addons that it does not depend on; its screens open."""
    addons = closed(frozenset({addon}), known())
    product = Product(sorted(addons))
    database = server.create(product.template(server, {"admin": ["crm_base.general_manager"]}))
    try:
        site = alone(product, database, tmp_path)
        assert set(manifests(site.composed)) == {KERNEL, *addons}
        with site.database.owner.connect() as connection:
            person = connection.execute(select(site.composed.info("base.user").table.c.id).where(
                site.composed.info("base.user").table.c.login == "admin"
            )).scalar_one()  # fmt: skip
            company = connection.execute(select(site.composed.info("base.company").table.c.id).where(
                site.composed.info("base.company").table.c.code == NORTH
            )).scalar_one()  # fmt: skip
        browser = browser_of(site.app, database, person, company)
        assert wrong_screens(site, browser, company, person) == []
    finally:
        server.drop(database)


def alone(product: Product, database: ScratchDatabase, folder: Path) -> Site:
    config = Config(folder, (), base_url="http://localhost", language="en")
    composed = product.compose()
    return Site(database, composed, application_of(config, composed, database))
