"""Adversarial checks of docs/reference/security.md that no other test is about, on the whole application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp

from core.web.csrf import FIELD
from core.web.routes import Endpoint, gather
from tests.system.site import TRACE, Site, token_of

CUSTOMER = "crm_base.customer"
PART = re.compile(r"\{(\w+)(:(?:[^{}]|\{[^{}]*\})*)?\}")


def endpoints(method: str) -> Iterator[Endpoint]:
    for route in gather("core.web.pages").values():
        if method in route.endpoints:
            yield route.endpoints[method]


def address(endpoint: Endpoint, **parts: str) -> str:
    """An address of this page; a part that is not given is a number, or a word."""

    def sample(found: re.Match[str]) -> str:
        return parts.get(found[1]) or ("1" if r"\d" in (found[2] or "") else "abcdefgh")

    return PART.sub(sample, endpoint.pattern).replace("*", "")


@pytest.mark.parametrize("person", ["owner", "other", "stranger"])
def test_no_address_is_a_fault_for_anybody(site: Site, records: dict[str, int], person: str) -> None:
    """Whoever types any address, with ids of the own and of another company, gets an answer that is meant."""
    browser = site.visitor(person)
    for endpoint in endpoints("GET"):
        for key in (records["customer"], records["foreign"]):
            path = address(endpoint, model=CUSTOMER, id=str(key), method="give_away", field="owner")
            answer = browser.get(path, status="*")
            assert answer.status_int < 500 or path == "/ready", (path, answer.status)
            assert not TRACE.search(answer.text), path
            if key == records["foreign"] and person != "other":
                assert "Southern Secret" not in answer.text, path


def test_a_stranger_gets_nothing_but_the_public_pages(site: Site, records: dict[str, int]) -> None:
    for endpoint in endpoints("GET"):
        if endpoint.public:
            continue
        path = address(endpoint, model=CUSTOMER, id=str(records["customer"]))
        answer = site.visitor().get(path, status="*")
        assert answer.status_int in (303, 401), (path, answer.status)
        assert "Harbour Mills" not in answer.text


def test_no_address_takes_a_change_without_the_token_of_the_page(site: Site, records: dict[str, int]) -> None:
    """Also none with another content type, or from a page elsewhere."""
    browser = site.visitor("owner")
    token, before = token_of(browser), site.rows()
    seen = 0
    for endpoint in endpoints("POST"):
        path = address(endpoint, model=CUSTOMER, id=str(records["customer"]))
        values = {"id": str(records["customer"]), "version": "1", "name": "forged"}
        ways: list[tuple[Any, dict[str, Any]]] = [
            (values, {}), ({**values, FIELD: "0" * 80}, {}), ("name=forged", {"content_type": "text/plain"}),
            ({**values, FIELD: token}, {"headers": {"Origin": "https://elsewhere.example"}}),
        ]  # fmt: skip
        for given, more in ways:
            answer = browser.post(path, given, status="*", **more)
            assert answer.status_int in (403, 404), (path, given, more)
        seen += 1
    assert seen > 20
    assert site.rows() == before


@pytest.mark.parametrize("name", ["customer", "owner", "id", "created_by"])
def test_a_filter_by_what_another_company_has_finds_nothing(
    site: Site, records: dict[str, int], name: str
) -> None:
    """The id of another company's record in a filter is answered like one that never was."""
    browser = site.visitor("owner")
    texts = [
        browser.get(f"/r/crm_base.contact?preset=&f={name}:eq:{key}", status="*").text
        for key in (records["foreign"], 10**12)
    ]
    rows = [re.findall(r'href="/r/crm_base\.contact/\d+"', text) for text in texts]
    assert rows == [[], []]
    assert "Southern Secret" not in texts[0]


def test_what_one_may_not_see_any_more_is_gone_from_search_at_once(
    site: Site, records: dict[str, int]
) -> None:
    """The salesperson's own customer is given to somebody else."""
    key = site.make("owner", CUSTOMER, name="Quickly Gone Mills")
    browser = site.visitor("owner")
    assert f"/r/{CUSTOMER}/{key}" in browser.get("/search?q=Quickly+Gone").text
    with site.env("director") as env:
        boss = env.user_id
        env.write(env.get(CUSTOMER, key), owner=boss)
    for path in ("/search?q=Quickly+Gone", f"/r/{CUSTOMER}?preset=&q=Quickly+Gone", "/"):
        assert f"/r/{CUSTOMER}/{key}" not in browser.get(path).text, path
    assert browser.get(f"/r/{CUSTOMER}/{key}", status="*").status_int == 404


def test_the_company_of_the_address_or_cookie_is_never_believed(site: Site, records: dict[str, int]) -> None:
    """Only the session says in which company somebody works; asking for another one is refused."""
    browser = site.visitor("owner")
    south = "2"
    for headers in ({"X-Company": south}, {"Cookie": f"{browser_cookie(browser)}; company={south}"}):
        shown = browser.get(
            f"/r/{CUSTOMER}?preset=&company={south}&company_id={south}", headers=headers, status="*"
        )
        assert "Southern Secret" not in shown.text
    refused = browser.post("/company", {FIELD: token_of(browser), "company": south}, status="*")
    assert refused.status_int in (403, 404)
    assert "Southern Secret" not in browser.get(f"/r/{CUSTOMER}?preset=").text


def browser_cookie(browser: TestApp) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
