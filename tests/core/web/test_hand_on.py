"""A link for somebody's password is shown once, to be copied, until the administrator goes on."""

from __future__ import annotations

from typing import Any

from tests.core.web.conftest import People, signed_in


def test_an_administrator_gets_the_link_on_a_page_of_its_own(application: Any, people: People) -> None:
    admin = signed_in(application, "kim")
    page = admin.get(f"/r/base.user/{people.ids['Bob']}")
    form = next(form for form in page.forms.values() if form.action.endswith("/do/invite"))
    shown = form.submit(status=200)
    address = shown.html.find(id="hand-on")["value"]
    assert address.startswith("http://localhost/set-password/")
    assert "Give this link to Bob. It works once, within 1 hour." in " ".join(shown.text.split())
    assert shown.headers["Cache-Control"] == "no-store"
    assert address not in shown.click("Close").text
    assert "For the account of" in admin.get(address.removeprefix("http://localhost")).text


def test_the_same_form_sent_twice_makes_one_link(application: Any, people: People) -> None:
    admin = signed_in(application, "kim")
    page = admin.get(f"/r/base.user/{people.ids['Bob']}")
    form = next(form for form in page.forms.values() if form.action.endswith("/do/invite"))
    address = form.submit(status=200).html.find(id="hand-on")["value"]
    assert form.submit(status=303).headers["Location"].endswith(f"/r/base.user/{people.ids['Bob']}")
    assert "For the account of" in admin.get(address.removeprefix("http://localhost")).text
