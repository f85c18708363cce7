"""The screens of a model for which nobody declared any."""

from __future__ import annotations

from core.orm.compose import composition
from core.views.build_form import build_form
from core.views.build_rows import build_list
from core.views.registry import registry_of
from core.views.scope import Scope
from tests.core.views.conftest import EVERYTHING, PLAIN


def test_the_form_has_buttons_state_fields_and_child_lists() -> None:
    scope = Scope(registry_of(), PLAIN)
    form = build_form(scope, composition().info("sales.lead"), None)
    assert [button.name for button in form.buttons] == ["assign", "close", "move"]
    assert form.statusbar is not None
    assert next(iter(form.fields)) == "title"
    assert "gift" not in form.fields and "created_at" not in form.fields
    assert form.fields["double"].readonly
    customer = build_form(scope, composition().info("sales.customer"), None)
    assert [related.field.name for related in customer.related] == ["leads"]
    assert [column.name for column in customer.related[0].columns] == ["title", "amount", "state"]


def test_the_form_of_a_company_with_the_addon_shows_its_field() -> None:
    form = build_form(Scope(registry_of(), EVERYTHING), composition().info("sales.lead"), None)
    assert "gift" in form.fields
    assert "escalate" in {button.name for button in form.buttons}


def test_the_list_has_the_name_the_state_and_six_columns_in_all() -> None:
    listing = build_list(Scope(registry_of(), PLAIN), composition().info("sales.lead"), None)
    assert [column.name for column in listing.columns] == [
        "title",
        "state",
        "kind",
        "customer",
        "owner",
        "source",
    ]
    assert listing.order == "-id"
    assert listing.presets == ()
    assert {field.name for field in listing.filters} == {
        "kind", "customer", "owner", "source", "due", "seen_at", "urgent", "state",
    }  # fmt: skip
    assert {choice.key for choice in listing.groups} >= {"state", "due:month", "seen_at:month", "urgent"}
    assert [method.name for method in listing.actions] == ["assign", "close", "move"]
