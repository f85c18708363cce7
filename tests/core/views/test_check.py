"""Every mistake in a screen is named with addon, view, part, file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.i18n import _
from core.orm.compose import Composition, compose
from core.views.board import BoardView
from core.views.check import check
from core.views.extend import after, inside
from core.views.form import FormView
from core.views.grouping import month
from core.views.layout import button, group, header, related, show, statusbar
from core.views.listing import ListView, preset
from core.views.menu import menu
from core.views.page import Page
from core.views.problem import Problem
from core.views.resolve import resolve
from core.views.workbench import card, figure
from tests.core.views import toys
from tests.core.views.toys import Customer, Lead, Tag


class WrongForm(FormView[Tag]):
    name = "wrong"
    layout = [
        header(button(Lead.assign), statusbar(Tag.name)),
        group(_("A"), Tag.name, Customer.phone, show(Lead.amount)),
        related(Tag.name),
    ]


class WrongChildren(FormView[Customer]):
    name = "children"
    layout = [related(Customer.leads, columns=[Lead.title, Customer.name, Lead.tags], order="remarks")]


class WrongList(ListView[Tag]):
    columns = [Tag.name, Lead.title]
    order = "nothing"
    filters = [Lead.state]
    groups = [month(Tag.name), Tag.name, Lead.kind]
    totals = [Tag.name]
    actions = [Lead.assign]
    presets = [preset("a", _("A"), default=True), preset("a", _("A")), preset("b", _("B"), default=True)]


class SecretList(ListView[Customer]):
    name = "secret"
    columns = [Customer.token, Customer.name]


class UnsortableList(ListView[Lead]):
    name = "unsortable"
    columns = [Lead.title, Lead.tags, button(Lead.assign)]  # type: ignore[list-item]
    order = "remarks"
    actions = [Lead.reclaim]


class SecondList(ListView[Lead]):
    columns = [Lead.title]


class LoneList(ListView[Lead]):
    """Declared, but not among what the loader found."""


class WrongBoard(BoardView[Lead]):
    name = "wrong"
    column = Lead.remarks
    card = [Customer.name]
    move = Lead.close
    total = Lead.title


class StrangeBoard(BoardView[Lead]):
    name = "strange"
    column = Customer.name
    move = toys.LoyaltyCustomer.greet


class ColumnlessBoard(BoardView[Lead]):
    name = "columnless"


class WrongChanges(toys.LeadForm, extend=True):
    changes = [
        after(Customer.phone, Tag.name),
        inside("no such block", Lead.due),
        inside(Lead.tags, Lead.title),
    ]


WRONG_MENUS = [
    menu("wrong.a", _("A"), parent="nowhere", view=toys.LeadList, preset="theirs"),
    menu("wrong.b", _("B"), preset="open"),
    menu("wrong.c", _("C"), parent="wrong.d"),
    menu("wrong.d", _("D"), parent="wrong.c"),
    menu("wrong.board", _("E"), view=toys.LeadBoard, preset="open"),
    menu("wrong.both", _("E"), view=toys.LeadBoard, page=toys.REPORT),
    menu("sales.leads", _("Again")),
]

WRONG_CARDS = [
    card(
        "wrong.one",
        _("One"),
        view=toys.LeadList,
        preset="theirs",
        columns=[Customer.name, Lead.tags, Lead.due],
    ),
    card("wrong.two", _("Two"), view=toys.LeadList, preset="open", order="-remarks"),
    figure("wrong.three", _("Three"), view=LoneList),
    figure("right.one", _("Right"), view=toys.LeadList, preset="gifts"),
]

WRONG = toys.addon(
    "wrong", WrongForm, WrongChildren, WrongList, SecretList, UnsortableList, SecondList, WrongBoard, StrangeBoard,
    ColumnlessBoard, WrongChanges, *WRONG_MENUS, *WRONG_CARDS,
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def composed() -> Iterator[Composition]:
    yield compose([toys.BASE, toys.SALES, toys.AUDIT, toys.LOYALTY, toys.LATE, WRONG])


@pytest.fixture(scope="module")
def found(composed: Composition) -> list[Problem]:
    return check(composed)


def parts(found: list[Problem], view: str, severity: str = "error") -> list[str]:
    return [problem.part for problem in found if problem.view == view and problem.severity == severity]


@pytest.mark.parametrize(
    ("view", "named"),
    [
        ("WrongForm", ["Lead.assign", "name", "Customer.phone", "Lead.amount", "Tag.name"]),
        ("WrongChildren", ["Customer.name", "tags", "remarks"]),
        ("WrongList", ["nothing", "Lead.title", "Lead.state", "name", "name:month", "name", "Lead.kind", "Lead.assign",
                       "a", "b"]),
        ("UnsortableList", ["remarks", "tags", "Lead.assign", "reclaim"]),
        ("SecretList", ["token"]),
        ("SecondList", ["list"]),
        ("WrongBoard", ["Customer.name", "remarks", "title", "close"]),
        ("StrangeBoard", ["Customer.name", "LoyaltyCustomer.greet"]),
        ("ColumnlessBoard", ["column"]),
        ("WrongChanges", ["Tag.name", "Lead.title"]),
        ("menu wrong.a", ["nowhere", "theirs"]),
        ("menu wrong.b", ["open"]),
        ("menu wrong.c", ["wrong.d"]),
        ("menu wrong.d", ["wrong.c"]),
        ("menu wrong.both", ["view"]),
        ("menu sales.leads", ["key"]),
        ("card wrong.one", ["theirs", "Customer.name", "tags"]),
        ("card wrong.two", ["-remarks"]),
        ("card wrong.three", ["LoneList"]),
        ("card right.one", []),
    ],
)  # fmt: skip
def test_each_mistake_is_named(found: list[Problem], view: str, named: list[str]) -> None:
    assert sorted(parts(found, view)) == sorted(named)


def test_right_views_have_no_mistakes(found: list[Problem]) -> None:
    assert {problem.addon for problem in found if problem.severity == "error"} == {"wrong"}
    assert parts(found, "menu wrong.board") == []


def test_a_vanished_anchor_is_a_warning(found: list[Problem]) -> None:
    assert parts(found, "WrongChanges", "warning") == ["Customer.phone", "no such block"]
    assert ("late", "LateCustomerForm", "Customer.owner") in {
        (problem.addon, problem.view, problem.part) for problem in found if problem.severity == "warning"
    }


def test_a_problem_says_where_it_is(found: list[Problem]) -> None:
    problem = next(problem for problem in found if problem.view == "WrongForm")
    assert problem.addon == "wrong"
    assert problem.location is not None and problem.location.file == __file__
    line = Path(__file__).read_text(encoding="utf-8").splitlines()[problem.location.line - 1]
    assert line.startswith("class WrongForm")
    assert str(problem).startswith(f"{__file__}:{problem.location.line}: wrong, WrongForm, ")
    menu_problem = next(problem for problem in found if problem.view == "menu wrong.a")
    assert menu_problem.location is not None and menu_problem.location.file == __file__


def test_wrong_views_still_show_what_can_be_shown() -> None:
    addons = frozenset({"base", "sales", "wrong"})
    form: Any = resolve(WrongForm, addons)
    assert list(form.fields) == ["name"] and form.buttons == ()
    listing: Any = resolve(WrongList, addons)
    assert [column.name for column in listing.columns] == ["name"] and listing.order == "-id"


def test_a_secret_is_no_column() -> None:
    listing: Any = resolve(SecretList, frozenset({"base", "sales", "wrong"}))
    assert [column.name for column in listing.columns] == ["name"]


def test_a_view_of_a_model_that_is_not_installed_is_reported() -> None:
    class Orphan(FormView[Lead]): ...

    class Lost(toys.LeadForm, extend=True): ...

    alone = compose([toys.BASE, toys.addon("alone", Orphan, Lost)])
    try:
        assert {problem.part for problem in check(alone)} == {"model"}
        assert [problem.view.rpartition(".")[2] for problem in check(alone)] == ["Orphan", "Lost"]
    finally:
        compose([toys.BASE, toys.SALES, toys.AUDIT, toys.LOYALTY, toys.LATE, WRONG])


def test_a_page_without_its_template_is_reported(tmp_path: Path) -> None:
    def data(env: Any, params: Any) -> dict[str, Any]:
        return {}

    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "here.pt").touch()
    pages = [
        Page("shop.here", _("Here"), "here.pt", data),
        Page("shop.gone", _("Gone"), "gone.pt", data),
        Page("shop.other", _("Other"), "crm_base:gone.pt", data),
    ]
    composed = compose([toys.BASE, toys.addon("shop", *pages, folder=tmp_path)])
    try:
        (problem,) = check(composed)
        assert (problem.addon, problem.view, problem.part) == ("shop", "page shop.gone", "gone.pt")
        assert problem.location is not None and problem.location.file == __file__
    finally:
        compose([toys.BASE, toys.SALES, toys.AUDIT, toys.LOYALTY, toys.LATE, WRONG])
