"""An administrator's pages about roles: what is set there holds with the next click, and is taken back alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp

from core.auth.models import HierarchyRule, RoleRight, RoleRow, RoleScreen
from core.web.csrf import FIELD
from tests.system.site import Site, find_staff_of, refused, token_of
from tests.system.test_budgets import statements

CUSTOMERS = "/r/crm_base.customer"
SELLER = "crm_base.salesperson"


@pytest.fixture
def admin(site: Site) -> TestApp:
    return site.visitor("admin")


@pytest.fixture
def role(site: Site) -> Iterator[int]:
    """The salesperson's role; afterwards it is as shipped."""
    with site.env("admin") as env:
        found: Any = env.first(RoleRow, RoleRow.code == SELLER)
    yield int(found.id)
    with site.env("admin") as env:
        for model in (RoleRight, RoleScreen, HierarchyRule):
            env.delete(env.search(model, limit=1000))


def table(browser: TestApp, role: int, page: str = "rights") -> Any:
    """The form of one of the pages of a role."""
    forms = browser.get(f"/roles/{role}/{page}?addon=crm_base").forms.values()
    return next(form for form in forms if f"/{page}" in form.action)


def set_level(browser: TestApp, role: int, action: str, level: str) -> Any:
    form = table(browser, role)
    form[f"right:crm_base.customer:{action}"] = level
    return form.submit()


def test_a_right_that_is_taken_is_gone_with_the_next_click(
    site: Site, admin: TestApp, role: int, records: dict[str, int]
) -> None:
    seller = site.visitor("owner")
    assert seller.get(f"{CUSTOMERS}/{records['customer']}").status_int == 200
    assert set_level(admin, role, "read", "none").status_int == 303
    refused(seller.get(CUSTOMERS, expect_errors=True), 403, 404)
    refused(seller.get(f"{CUSTOMERS}/{records['customer']}", expect_errors=True), 403, 404)
    assert CUSTOMERS not in [link.get("href") for link in seller.get("/").html.select("nav a")]
    answer = admin.post(f"/roles/{role}/restore", {FIELD: token_of(admin)})
    assert answer.status_int == 303 and "1 change was taken back" in answer.follow().text
    assert seller.get(f"{CUSTOMERS}/{records['customer']}").status_int == 200


def test_a_wider_level_shows_what_colleagues_have(site: Site, admin: TestApp, role: int) -> None:
    site.make("colleague", "crm_base.customer", name="Colleague's Forge")
    seller = site.visitor("owner")
    assert "Colleague's Forge" not in seller.get(f"{CUSTOMERS}?preset=").html.get_text()
    set_level(admin, role, "read", "own_department")
    assert "Colleague's Forge" in seller.get(f"{CUSTOMERS}?preset=").html.get_text()
    set_level(admin, role, "read", "")
    assert "Colleague's Forge" not in seller.get(f"{CUSTOMERS}?preset=").html.get_text()


def test_the_page_says_what_is_shipped_and_what_is_changed(admin: TestApp, role: int) -> None:
    set_level(admin, role, "read", "company")
    page = admin.get(f"/roles/{role}/rights?addon=crm_base").html
    cell = page.find("select", id="right:crm_base.customer:read")
    assert cell.find("option", selected=True)["value"] == "company"
    assert cell.find("option", value="").get_text() == "Own (as shipped)"
    assert "changed: 1" in page.get_text(" ", strip=True)


def test_two_administrators_do_not_overwrite_each_other(admin: TestApp, role: int) -> None:
    first, second = table(admin, role), table(admin, role)
    first["right:crm_base.customer:read"] = "team"
    second["right:crm_base.customer:read"] = "company"
    second["right:crm_base.contact:read"] = "company"
    assert first.submit().status_int == 303
    answer = second.submit(expect_errors=True)
    assert answer.status_int == 422 and "Somebody else has changed these rights" in answer.text
    kept = table(admin, role)
    assert kept["right:crm_base.customer:read"].value == "team"
    assert kept["right:crm_base.contact:read"].value == "", "nothing of the second save"


@pytest.mark.parametrize("model", ["base.user", "base.login_attempt", "base.session"])
def test_what_is_not_the_administrators_to_give_is_not_offered_and_refused(
    site: Site, admin: TestApp, role: int, model: str
) -> None:
    page = admin.get(f"/roles/{role}/rights?addon=base").html
    offered = {one["value"] for one in page.find("select", id=f"right:{model}:delete").find_all("option")}
    assert "company" not in offered
    posted = {FIELD: token_of(admin), f"seen:{model}:delete": "", f"right:{model}:delete": "company"}
    answer = admin.post(f"/roles/{role}/rights?addon=base", posted, expect_errors=True)
    assert answer.status_int == 422 and "You cannot give what you do not have" in answer.text
    with site.env("admin") as env:
        assert env.count(RoleRight, RoleRight.model == model).value == 0


def test_the_roles_of_administrators_cannot_be_changed(site: Site, admin: TestApp) -> None:
    with site.env("admin") as env:
        keeper: Any = env.first(RoleRow, RoleRow.code == "base.admin")
    page = admin.get(f"/roles/{keeper.id}/rights")
    assert "not changed here" in page.text and not page.html.select("main select")
    posted = {FIELD: token_of(admin), "seen:base.user:read": "", "right:base.user:read": "none"}
    answer = admin.post(f"/roles/{keeper.id}/rights", posted, expect_errors=True)
    assert answer.status_int == 422
    refused(admin.post(f"/roles/{keeper.id}/restore", {FIELD: posted[FIELD]}, expect_errors=True), 403)


@pytest.mark.parametrize(
    "path", ["/roles/{role}/rights", "/roles/{role}/screens", "/p/base.role_tree", "/p/base.superiors"]
)
def test_nobody_else_looks_at_it(site: Site, role: int, path: str) -> None:
    refused(site.visitor("owner").get(path.format(role=role), expect_errors=True), 403)


@pytest.mark.parametrize(
    "path", ["/roles/{role}/rights", "/roles/{role}/screens", "/roles/{role}/restore", "/superiors"]
)
def test_nobody_else_changes_it(site: Site, role: int, path: str) -> None:
    seller = site.visitor("owner")
    posted = {
        FIELD: token_of(seller), "right:crm_base.customer:read": "company", "menu:crm_base.customers": "hidden",
        "direct:crm_base.customer": "none",
    }  # fmt: skip
    refused(seller.post(path.format(role=role), posted, expect_errors=True), 403)


@pytest.mark.parametrize("path", ["/roles/{role}/rights", "/roles/{role}/screens", "/superiors"])
def test_values_that_there_are_not(admin: TestApp, role: int, path: str) -> None:
    posted = {
        FIELD: token_of(admin), "right:crm_base.customer:read": "everything", "menu:crm_base.customers": "maybe",
        "direct:crm_base.customer": "perhaps",
    }  # fmt: skip
    refused(admin.post(path.format(role=role), posted, expect_errors=True), 400)


def test_hidden_menus_are_gone_and_hidden_buttons_refuse(
    site: Site, admin: TestApp, role: int, records: dict[str, int]
) -> None:
    seller, page = site.visitor("owner"), f"{CUSTOMERS}/{records['customer']}"
    button = f"{page}/do/log_activity"
    assert button in seller.get(page).text
    form = table(admin, role, "screens")
    form["menu:crm_base.customers"] = "hidden"
    form["button:crm_base.customer.log_activity"] = "hidden"
    assert "2 menus or buttons" in form.submit().follow().text
    links = [link.get("href") for link in seller.get("/").html.select("nav a")]
    assert CUSTOMERS not in links
    assert button not in seller.get(page).text
    refused(seller.get(button, expect_errors=True), 403)
    refused(seller.post(button, {FIELD: token_of(seller)}, expect_errors=True), 403, 422)
    assert button in site.visitor("superior").get(page).text, "another role keeps it"


def test_superiors_may_be_kept_out(site: Site, admin: TestApp, role: int, records: dict[str, int]) -> None:
    above, page = site.visitor("superior"), f"{CUSTOMERS}/{records['customer']}/edit"
    assert page in above.get(page.removesuffix("/edit")).text
    forms = admin.get("/p/base.superiors").forms.values()
    form = next(form for form in forms if form.action.endswith("/superiors"))
    form["direct:crm_base.customer"], form["indirect:crm_base.customer"] = "query", "none"
    assert "1 rule has been changed" in form.submit().follow().text
    with site.env("superior") as env:
        customer = env.get("crm_base.customer", records["customer"])
        assert env.can("read", customer) and not env.can("update", customer)
    assert page not in above.get(page.removesuffix("/edit")).text


def test_a_copy_leads_to_its_own_page_and_stands_in_the_tree(site: Site, admin: TestApp, role: int) -> None:
    set_level(admin, role, "delete", "none")
    dialog = admin.get(f"/r/base.role/{role}/do/copy").forms.values()
    form = next(form for form in dialog if "title" in form.fields)
    form["title"] = "Junior seller"
    page = form.submit().follow()
    assert "Junior seller" in page.text and "Salesperson" in page.text
    tree = admin.get("/p/base.role_tree").html.get_text(" ", strip=True)
    assert "Junior seller own role 0 people" in tree
    with site.env("admin") as env:
        copy: Any = env.first(RoleRow, RoleRow.company == env.company_id)
        rows = env.search(RoleRight, env.condition(RoleRight, "role", "eq", str(copy.id)))
        assert [(row.model, row.action, row.level) for row in rows] == [
            ("crm_base.customer", "delete", "none")
        ]
        env.delete(copy)


def test_more_rights_take_no_more_statements(site: Site, admin: TestApp, role: int) -> None:
    seller = site.visitor("owner")

    def taken() -> int:
        seller.get(f"{CUSTOMERS}?preset=")
        with statements(site) as seen:
            seller.get(f"{CUSTOMERS}?preset=")
        return len(seen)

    before = taken()
    form = table(admin, role)
    for name in list(form.fields):
        if name and name.startswith("right:") and "own_department" in [one[0] for one in form[name].options]:
            form[name] = "own_department"
    assert form.submit().status_int == 303
    assert taken() == before


def test_the_primary_role_is_one(site: Site, admin: TestApp) -> None:
    with site.env("admin") as env:
        user = find_staff_of(site).users["superior"]
        held: list[Any] = env.search(
            "base.user_role", env.condition("base.user_role", "user", "eq", str(user))
        )
    for one in held:
        admin.post(f"/r/base.user_role/{one.id}/do/make_primary", {FIELD: token_of(admin)})
    with site.env("admin") as env:
        now: list[Any] = env.get_many("base.user_role", [one.id for one in held])
        assert [one.primary for one in now].count(True) == 1 and now[-1].primary
