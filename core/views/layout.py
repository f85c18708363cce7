"""The elements of a form, as an author writes them: which fields stand where, and which buttons.

Elements hold references (`Lead.title`, `Lead.assign`) and labels, nothing else; what remains of them in one
company is worked out by `core.views.resolve`. Each field, button and block is an anchor for other addons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from core.i18n import LazyString
from core.orm.fields import Field
from core.orm.methods import Method

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

    from core.views.strips import Strip

    FieldRef: TypeAlias = InstrumentedAttribute[Any] | Field
else:
    FieldRef: TypeAlias = Any

MethodRef: TypeAlias = "Method[..., Any] | Callable[..., Any]"
ButtonStyle = Literal["primary", "secondary", "danger"]


@dataclass(frozen=True, eq=False, slots=True)
class Show:
    """A field with options of this one place; `wide` takes the whole row."""

    field: FieldRef
    widget: str | None = None
    wide: bool | None = None
    readonly: bool = False
    label: LazyString | None = None
    if_any: bool = False
    under: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Button:
    method: MethodRef
    style: ButtonStyle | None = None


@dataclass(frozen=True, eq=False, slots=True)
class StatusBar:
    field: FieldRef


@dataclass(frozen=True, eq=False, slots=True)
class Note:
    text: LazyString
    key: str
    url: str | None = None
    right: tuple[str, Any] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Related:
    field: FieldRef
    columns: tuple[FieldRef | Show, ...]
    order: str | None
    add: bool
    label: LazyString | None


@dataclass(frozen=True, eq=False, slots=True)
class Lines(Related):
    """A list of parts that is written in the form of its whole."""

    totals: tuple[FieldRef, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Header:
    items: tuple[Any, ...]
    key: str = "header"


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    label: LazyString | None
    items: tuple[Any, ...]
    columns: int
    key: str


@dataclass(frozen=True, eq=False, slots=True)
class Tab:
    label: LazyString
    items: tuple[Any, ...]
    key: str


@dataclass(frozen=True, eq=False, slots=True)
class Notebook:
    tabs: tuple[Tab, ...]
    key: str


Leaf: TypeAlias = "FieldRef | MethodRef | Show | Button | StatusBar | Note"
Block: TypeAlias = Header | Group | Notebook | Related
Item: TypeAlias = "Leaf | Block | Tab | Strip"


def show(
    field: FieldRef,
    *,
    widget: str | None = None,
    wide: bool | None = None,
    readonly: bool = False,
    label: LazyString | None = None,
    if_any: bool = False,
    under: bool = False,
) -> Show:
    """A field shown in its own way here: another widget or label, over the whole row, or not to be edited.

    `if_any` leaves a column out of a paper's table in which no row has a value. `under` puts a column that nobody types
    below the one before it, into its cells.
    """
    return Show(field, widget, wide, readonly, label, if_any, under)


def button(method: MethodRef, *, style: ButtonStyle | None = None) -> Button:
    """A button for a transition or action; who may press it, and when, is the method's own rule."""
    return Button(method, style)


def statusbar(field: FieldRef) -> StatusBar:
    """The states of the record in order, with the present one marked."""
    return StatusBar(field)


def note(
    text: LazyString, *, key: str | None = None, url: str | None = None, right: tuple[str, Any] | None = None
) -> Note:
    """A sentence of explanation between the fields; with `url` it leads to a page about the record, whose number takes
    the place of `{id}`, and with `right`, (action, model), only those who hold it see it.
    """
    return Note(text, key or text.msgid, url, right)


def header(*items: Leaf) -> Header:
    """The row above the form: buttons and the status bar."""
    return Header(items)


def group(label: LazyString | None, *items: Leaf, columns: int = 2, key: str | None = None) -> Group:
    """Fields under a heading. `key` is its anchor where the label may change or is missing."""
    return Group(label, items, columns, key or (label.msgid if label is not None else "group"))


def page(label: LazyString, *items: Leaf | Block | Strip, key: str | None = None) -> Tab:
    """One page of a notebook."""
    return Tab(label, items, key or label.msgid)


def notebook(*pages: Tab, key: str = "notebook") -> Notebook:
    """Pages of which one is open at a time."""
    return Notebook(pages, key)


def related(
    field: FieldRef,
    *,
    columns: Sequence[FieldRef | Show] = (),
    order: str | None = None,
    add: bool = True,
    label: LazyString | None = None,
) -> Related:
    """The records that point here, as a small list; without `columns` the first ones of their own list.

    `add` offers a new record that points here already.
    """
    return Related(field, tuple(columns), order, add, label)


def lines(
    field: FieldRef,
    *,
    columns: Sequence[FieldRef | Show],
    totals: Sequence[FieldRef] = (),
    label: LazyString | None = None,
) -> Lines:
    """The parts of the record, read and written in its own form: a row for each, and amounts that follow while typing.

    `field` is a one2many whose records are part of this one (`on_delete="part_of"`); `columns` are their fields, of
    which those that nobody types are shown. Parts with a whole number `sequence` stand in its order and can be moved.
    `totals` are numbers of the record itself that are shown below the rows and worked out anew while somebody types.
    """
    return Lines(field, tuple(columns), None, True, label, tuple(totals))
