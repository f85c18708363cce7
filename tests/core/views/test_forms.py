"""Forms: anchors, changes of several addons, and what is left when an addon is off."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import NotFound
from core.views.effective import walk
from core.views.hint import ask_hints
from core.views.resolve import form_for, resolve, views_of
from tests.core.views import toys
from tests.core.views.conftest import EVERYTHING, PLAIN, Caller


def outline(items: Any) -> list[Any]:
    """Names of fields; blocks as (key, what is in them)."""
    found: list[Any] = []
    for item in items:
        if item.kind in ("group", "page"):
            found.append((item.key, outline(item.items)))
        elif item.kind == "notebook":
            found.append((item.key, outline(item.tabs)))
        elif item.kind == "note":
            found.append(f"note {item.key}")
        elif item.kind == "related":
            found.append(f"related {item.field.name}")
        else:
            found.append(item.name)
    return found


def test_without_other_addons_the_form_is_as_declared() -> None:
    form = resolve(toys.LeadForm, PLAIN)
    assert outline(form.body) == [
        ("Deal", ["title", "amount", "kind"]),
        ("who", ["customer", "owner", "note The owner is told."]),
        ("notebook", [("Notes", [("", ["remarks"])]), ("Tags", [("", ["tags"])])]),
    ]
    assert [button.name for button in form.buttons] == ["assign", "close"]
    assert [button.style for button in form.buttons] == ["primary", "danger"]
    assert [state.code for state in form.statusbar.states] == ["new", "assigned", "closed"]
    assert form.columns == ("title", "amount", "kind", "customer", "owner", "remarks", "state")
    assert form.linked == ("tags",)
    assert form.fields["amount"].widget == "big"
    assert form.fields["remarks"].wide and not form.fields["title"].wide
    assert form.lost == ()


def test_changes_of_several_addons_stand_in_dependency_order() -> None:
    form = resolve(toys.CustomerForm, EVERYTHING)
    assert outline(form.body) == [
        # audit comes before loyalty, so its field stands next to the anchor
        ("Customer", ["name", "email", "checked", "tier", "verdict", "credit"]),
        ("Secret", ["token", "grade"]),
        "related leads",
        ("Loyalty", ["points"]),
    ]
    assert form.fields["verdict"].readonly and form.fields["verdict"].wide


def test_only_the_addons_of_the_company_change_a_form() -> None:
    loyalty = resolve(toys.CustomerForm, PLAIN | {"loyalty"})
    assert outline(loyalty.body)[0] == ("Customer", ["name", "email", "tier", "phone", "owner", "credit"])
    audit = resolve(toys.CustomerForm, PLAIN | {"audit"})
    assert outline(audit.body)[0] == ("Customer", ["name", "email", "checked", "verdict", "credit"])
    assert "points" not in audit.fields


def test_buttons_pages_and_columns_of_a_child_list_can_be_added() -> None:
    form = resolve(toys.LeadForm, EVERYTHING)
    assert [button.name for button in form.buttons] == ["assign", "close", "escalate"]
    assert [state.code for state in form.statusbar.states] == ["new", "assigned", "closed", "escalated"]
    notebook = next(item for item in form.body if item.kind == "notebook")
    assert outline([notebook])[0][1] == [
        ("Notes", [("", ["remarks", "gift"])]),
        ("Tags", [("", ["tags"])]),
        ("Loyalty", [("", ["note Nothing yet."])]),
    ]
    leads = resolve(toys.CustomerForm, EVERYTHING).related[0]
    assert [column.name for column in leads.columns] == ["title", "amount", "gift"]
    assert (leads.model.key, leads.back, leads.order) == ("sales.lead", "customer", "-amount")
    assert [column.name for column in resolve(toys.CustomerForm, PLAIN).related[0].columns] == [
        "title",
        "amount",
    ]


def test_a_button_finds_the_header_of_a_form_that_has_none() -> None:
    form = resolve(toys.CustomerForm, EVERYTHING)
    assert form.lost == ()
    assert [button.name for button in form.buttons] == ["greet"]


def test_what_missed_its_anchor_stands_at_the_end() -> None:
    form = resolve(toys.CustomerForm, PLAIN | {"late"})
    assert form.lost == ("Customer.owner",)
    assert outline(form.body)[-1] == ("", ["note lost"])


def test_blocks_without_fields_vanish() -> None:
    off = resolve(toys.CustomerForm, PLAIN | {"late"})
    assert outline(off.body) == [
        ("header", ["grade"]),
        ("Customer", ["name", "email", "phone", "credit"]),
        ("Secret", ["token"]),
        "related leads",
        ("", ["note lost"]),
    ]
    assert off.buttons == ()
    on = resolve(toys.CustomerForm, PLAIN | {"late", "loyalty"})
    assert outline(on.body)[2:4] == [
        ("Gifts", ["points", "note Given at birthdays."]),
        ("Secret", ["token"]),
    ]
    assert list(on.fields).count("tier") == 1


def test_a_view_of_a_disabled_addon_is_not_found() -> None:
    with pytest.raises(NotFound):
        resolve(toys.LeadForm, frozenset({"base", "loyalty"}))
    with pytest.raises(NotFound):
        views_of("sales.lead", frozenset({"base"}))
    with pytest.raises(NotFound):
        views_of("sales.nothing", EVERYTHING)


def test_an_extension_resolves_to_the_view_it_changes() -> None:
    assert resolve(toys.LoyaltyLeadForm, PLAIN) is resolve(toys.LeadForm, PLAIN)


def test_a_result_is_remembered_per_addons_and_roles_that_matter() -> None:
    assert resolve(toys.LeadForm, PLAIN) is resolve(toys.LeadForm, PLAIN | {"not_installed"})
    assert resolve(toys.LeadForm, PLAIN) is not resolve(toys.LeadForm, EVERYTHING)
    seller = resolve(toys.CustomerForm, PLAIN, frozenset({"sales.user"}))
    assert seller is resolve(toys.CustomerForm, PLAIN, frozenset({"other"}))
    assert seller is not resolve(toys.CustomerForm, PLAIN, frozenset({"sales.director"}))


def test_field_rights_hide_and_lock_fields() -> None:
    seller = form_for(Caller(addons=PLAIN), "sales.customer")  # type: ignore[arg-type]
    assert "credit" not in seller.fields
    assert seller.fields["grade"].readonly
    director = form_for(
        Caller(addons=PLAIN, roles=frozenset({"sales.director"})),  # type: ignore[arg-type]
        toys.Customer,
    )
    assert not director.fields["credit"].readonly
    assert not director.fields["grade"].readonly


def test_a_secret_is_written_and_never_read() -> None:
    form = resolve(toys.CustomerForm, PLAIN)
    assert "token" in form.fields
    assert "token" not in form.columns
    assert "token" in {shown.name for shown in form.editable}


def test_hints_of_the_view_its_extensions_and_the_model() -> None:
    assert resolve(toys.LeadForm, PLAIN).hints == (toys.same_name,)
    assert len(resolve(toys.LeadForm, EVERYTHING).hints) == 2
    assert resolve(toys.CustomerForm, EVERYTHING).hints == (toys.audited,)
    assert resolve(toys.CustomerForm, PLAIN).hints == ()


def test_hints_are_asked_in_order_and_said_once() -> None:
    functions = (toys.same_name, toys.audited, toys.same_name)
    found = ask_hints(Caller(), functions, {"title": "x"})  # type: ignore[arg-type]
    assert [str(hint.text) for hint in found] == ["A lead of this title exists.", "Audited."]
    assert found[0].url == "/r/sales.lead/1"


def test_a_model_without_a_form_gets_one_from_its_fields() -> None:
    form = form_for(Caller(addons=PLAIN), "sales.tag")  # type: ignore[arg-type]
    assert outline(form.body) == [("fields", ["name"])]
    declared = form_for(Caller(), "sales.tag")  # type: ignore[arg-type]
    assert outline(declared.body) == [("", ["name", "note By loyalty."])]
    assert {name: choice.kind for name, choice in views_of("sales.tag", PLAIN).items()} == {
        "list": "list",
        "form": "form",
    }
    assert set(views_of("sales.tag", EVERYTHING)) == {"list", "form", "cards"}
    assert set(views_of(toys.Lead, PLAIN)) == {"list", "form", "board"}


def test_walk_meets_every_element_once() -> None:
    form = resolve(toys.LeadForm, PLAIN)
    kinds = [item.kind for item in walk(form.body)]
    assert kinds.count("field") == len(form.fields)
    assert kinds.count("page") == 2
