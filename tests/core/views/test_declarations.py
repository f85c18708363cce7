"""Importing a view only checks and marks it; mistakes are said at the line that makes them."""

from __future__ import annotations

import inspect

import pytest

from core.errors import CompositionError
from core.i18n import _
from core.views.form import FormView
from core.views.hint import hint
from core.views.layout import group, note, show
from core.views.listing import ListView
from core.views.menu import menu
from core.views.view import View
from tests.core.views import toys


def test_views_and_extensions_are_marked_and_kinds_are_not() -> None:
    assert vars(toys.LeadForm)["__keyuan_mark__"] == "view"
    assert vars(toys.LoyaltyLeadForm)["__keyuan_mark__"] == "view_extension"
    assert toys.LoyaltyLeadForm.__keyuan_view__ is toys.LeadForm
    assert toys.LeadForm.__keyuan_model__ is toys.Lead
    for kind in (View, FormView, ListView):
        assert "__keyuan_mark__" not in vars(kind)


def test_the_place_of_a_declaration_is_known() -> None:
    place = toys.LeadForm.__keyuan_location__
    assert place.file == inspect.getsourcefile(toys)
    lines = inspect.getsource(toys).splitlines()
    assert lines[place.line - 1].startswith("class LeadForm(")
    assert "sales.report" in lines[toys.REPORT.location.line]
    assert "sales.leads" in lines[toys.SALES_MENUS[1].location.line - 1]  # type: ignore[union-attr]


def test_a_subclass_must_say_that_it_extends() -> None:
    with pytest.raises(CompositionError) as mistake:

        class Mine(toys.LeadForm): ...

    assert "extend=True" in str(mistake.value)
    assert mistake.value.file == __file__
    assert mistake.value.line == inspect.currentframe().f_lineno - 4  # type: ignore[union-attr]


def test_an_extension_changes_exactly_one_view() -> None:
    with pytest.raises(CompositionError):

        class None_(FormView[toys.Lead], extend=True): ...

    with pytest.raises(CompositionError):

        class Two(toys.LeadForm, toys.CustomerForm, extend=True): ...


def test_a_view_names_its_model() -> None:
    with pytest.raises(CompositionError):

        class Nameless(FormView): ...  # type: ignore[type-arg]


def test_changes_belong_to_an_extension() -> None:
    with pytest.raises(CompositionError):

        class Wrong(FormView[toys.Lead]):
            changes = []


def test_naming_a_field_or_method_in_a_view_does_not_rename_it() -> None:
    assert toys.Lead.__dict__["kind"].name == "kind"
    assert toys.Lead.__dict__["move"].name == "move"


def test_keys_of_blocks_come_from_their_labels() -> None:
    assert group(_("Deal")).key == "Deal"
    assert group(_("Deal"), key="deal").key == "deal"
    assert group(None).key == "group"
    assert note(_("A sentence.")).key == "A sentence."


def test_menus_and_hints_are_marked() -> None:
    assert menu("a", _("A")).__keyuan_mark__ == "menu"

    @hint(toys.Lead)
    def look(env: object, values: object) -> list[object]:
        return []

    assert look.__keyuan_mark__ == "hint"  # type: ignore[attr-defined]
    assert look.__keyuan_model__ is toys.Lead  # type: ignore[attr-defined]


def test_options_of_a_place() -> None:
    shown = show(toys.Lead.title, widget="big", wide=True, readonly=True, label=_("Heading"))
    assert (shown.widget, shown.wide, shown.readonly, str(shown.label)) == ("big", True, True, "Heading")
