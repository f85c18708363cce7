"""What is left of a view in one company: fields and methods as composed, in their places, ready to be shown.

The elements of a form have a `kind` by which a template picks how to render them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from core.i18n import LazyString
from core.orm.fields import TO_MANY, Field
from core.orm.methods import Method
from core.views.effective_strips import ShownChain, ShownProcess, ShownSteps, ShownStrip
from core.views.grouping import GroupChoice
from core.views.hint import HintFunction
from core.views.layout import ButtonStyle
from core.views.listing import Preset
from core.views.picks import Picking

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo


@dataclass(frozen=True, eq=False, slots=True)
class ShownField:
    """A field in its place. `readonly` says that nobody edits it here, or not this caller."""

    field: Field
    label: LazyString
    widget: str | None = None
    wide: bool = False
    readonly: bool = False
    if_any: bool = False
    """A column that is left out of a paper where no row has a value."""
    under: bool = False
    """A column that stands in the cells of the one before it."""
    kind: ClassVar[str] = "field"

    @property
    def name(self) -> str:
        return self.field.name


@dataclass(frozen=True, eq=False, slots=True)
class ShownButton:
    method: Method[..., Any]
    style: ButtonStyle
    kind: ClassVar[str] = "button"

    @property
    def name(self) -> str:
        return self.method.name


@dataclass(frozen=True, eq=False, slots=True)
class ShownStatusBar:
    """The states in the order of the model; their labels and colours are those of `State`."""

    field: Field
    states: tuple[Any, ...]
    kind: ClassVar[str] = "statusbar"


@dataclass(frozen=True, eq=False, slots=True)
class ShownNote:
    """`url` has `{id}` for the number of the record; it is shown to those who hold `right`."""

    text: LazyString
    key: str
    url: str | None = None
    right: tuple[str, Any] | None = None
    kind: ClassVar[str] = "note"


@dataclass(frozen=True, eq=False, slots=True)
class ShownGroup:
    """Fields under a heading, in `columns` columns; `label` is None for fields that stand free."""

    key: str
    label: LazyString | None
    items: tuple[Shown, ...]
    columns: int = 2
    kind: ClassVar[str] = "group"


@dataclass(frozen=True, eq=False, slots=True)
class ShownTab:
    key: str
    label: LazyString
    items: tuple[Shown, ...]
    kind: ClassVar[str] = "page"


@dataclass(frozen=True, eq=False, slots=True)
class ShownNotebook:
    key: str
    tabs: tuple[ShownTab, ...]
    kind: ClassVar[str] = "notebook"


@dataclass(frozen=True, eq=False, slots=True)
class ShownRelated:
    """Records of `model` that point here through its field `back`; `back` is None for a many-to-many."""

    field: Field
    label: LazyString
    model: ModelInfo
    back: str | None
    columns: tuple[ShownField, ...]
    order: str | None
    add: bool
    kind: ClassVar[str] = "related"

    @property
    def shown(self) -> tuple[ShownField, ...]:
        """The columns where the rows are read."""
        return self.columns


@dataclass(frozen=True, eq=False, slots=True)
class ShownLines(ShownRelated):
    """Parts that are written in the form; `sequence` is the field by which they can be moved.

    What people put together by choosing (`picking`, by name of the field) is said in words in the columns as `read`.
    """

    totals: tuple[ShownField, ...]
    sequence: Field | None
    read: tuple[ShownField, ...]
    picking: Mapping[str, Picking]
    kind: ClassVar[str] = "lines"

    @property
    def name(self) -> str:
        return str(self.field.name)

    @property
    def shown(self) -> tuple[ShownField, ...]:
        return self.read

    @property
    def cells(self) -> list[tuple[ShownField, list[ShownField]]]:
        """The columns in a form, each with those that stand below it; so does what is put together by choosing."""
        found: list[tuple[ShownField, list[ShownField]]] = []
        for column in self.columns:
            if found and (column.under or column.name in self.picking):
                found[-1][1].append(column)
            else:
                found.append((column, []))
        return found

    @property
    def typed(self) -> tuple[ShownField, ...]:
        """The columns that people type."""
        return tuple(one for one in self.columns if not one.readonly)


Shown: TypeAlias = (
    ShownField
    | ShownButton
    | ShownStatusBar
    | ShownNote
    | ShownGroup
    | ShownNotebook
    | ShownTab
    | ShownRelated
    | ShownStrip
)


@dataclass(frozen=True, eq=False, slots=True)
class EffectiveForm:
    """A form of one company. `fields` are those shown, each once; `lost` the anchors that changes missed."""

    model: ModelInfo
    name: str
    label: LazyString
    buttons: tuple[ShownButton, ...]
    statusbar: ShownStatusBar | None
    body: tuple[Shown, ...]
    fields: Mapping[str, ShownField]
    related: tuple[ShownRelated, ...]
    hints: tuple[HintFunction, ...]
    lost: tuple[str, ...] = ()
    kind: ClassVar[str] = "form"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names to read in one row for this form, the state among them where there is a status bar.

        Secrets are never read, and fields of many records by `env.linked`, see `linked`.
        """
        unread = TO_MANY | {"secret"}
        names = dict.fromkeys(name for name, shown in self.fields.items() if shown.field.kind not in unread)
        names |= dict.fromkeys(total.name for block in self.lines for total in block.totals)
        if self.statusbar is not None:
            names.setdefault(self.statusbar.field.name)
        return tuple(names)

    @property
    def lines(self) -> tuple[ShownLines, ...]:
        """The lists of parts that this form writes."""
        return tuple(one for one in self.related if isinstance(one, ShownLines))

    @property
    def linked(self) -> tuple[str, ...]:
        """The fields that hold many records."""
        return tuple(name for name, shown in self.fields.items() if shown.field.kind in TO_MANY)

    @property
    def editable(self) -> tuple[ShownField, ...]:
        """The fields this form may write."""
        return tuple(shown for shown in self.fields.values() if not shown.readonly)


@dataclass(frozen=True, eq=False, slots=True)
class EffectiveList:
    """A list of one company. `fields` are all that may be asked for; `filters` those offered first."""

    model: ModelInfo
    name: str
    label: LazyString
    columns: tuple[ShownField, ...]
    order: str | None
    presets: tuple[Preset, ...]
    filters: tuple[Field, ...]
    groups: tuple[GroupChoice, ...]
    totals: tuple[Field, ...]
    actions: tuple[Method[..., Any], ...]
    fields: Mapping[str, Field]
    limit: int
    lost: tuple[str, ...] = ()
    kind: ClassVar[str] = "list"


@dataclass(frozen=True, eq=False, slots=True)
class EffectiveBoard:
    """A board of one company; `move` is None where cards cannot be moved."""

    model: ModelInfo
    name: str
    label: LazyString
    column: Field
    card: tuple[ShownField, ...]
    move: Method[..., Any] | None
    total: Field | None
    order: str | None
    presets: tuple[Preset, ...]
    filters: tuple[Field, ...]
    fields: Mapping[str, Field]
    limit: int
    lost: tuple[str, ...] = ()
    kind: ClassVar[str] = "board"

    groups: ClassVar[tuple[GroupChoice, ...]] = ()


EffectiveRows: TypeAlias = EffectiveList | EffectiveBoard
EffectiveView: TypeAlias = EffectiveForm | EffectiveRows


def walk(items: tuple[Shown, ...]) -> Iterator[Shown]:
    """All elements of a form, in order, blocks before what stands in them."""
    for item in items:
        yield item
        if isinstance(item, (ShownGroup, ShownTab)):
            yield from walk(item.items)
        elif isinstance(item, ShownNotebook):
            yield from walk(item.tabs)


def strips_in(items: tuple[Shown, ...]) -> dict[str, ShownStrip]:
    """The pictures of a form by their key; of two with one key the first."""
    found: dict[str, ShownStrip] = {}
    for item in walk(items):
        if isinstance(item, (ShownProcess, ShownSteps, ShownChain)):
            found.setdefault(item.key, item)
    return found
