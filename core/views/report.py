"""A report: a table that is worked out from records, as an addon declares it.

    WON_BY_REASON = Report(
        "crm_leads.lost", _("Lost opportunities"), right=("read", Opportunity), needs=(Opportunity.closed_on,),
        parameters=[ask("since", date, _("Since"), default=beginning_of_year)],
        columns=[column("reason", _("Reason"), Option, field=Opportunity.lost_reason),
                 column("amount", _("Amount"), Decimal, money=True, total=True, field=Opportunity.amount)],
        statement=lost, chart=("reason", "amount"),
    )

It stands at `/report/<key>`, with what was asked in the address; it is exported and printed by those who may export
and print the model of its right, and then of the rows on which they may do that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from core.i18n import LazyString
from core.views.grouping import Unit
from core.views.layout import FieldRef
from core.views.references import Location, location
from core.views.report_paper import ReportPaper

if TYPE_CHECKING:
    from core.orm.env import Env

Choices = tuple[tuple[str, LazyString], ...]
Reference = FieldRef | tuple[Any, str]
Fields = Reference | Sequence[Reference] | None


@dataclass(frozen=True)
class Answers(Mapping[str, Any]):
    """What the reader has asked for: `answers["day"]`, None where nothing was given; a record by its id.

    `shown` are the keys of the columns that this reader gets, on a paper for somebody outside without internal ones: a
    costly one that is not among them need not be worked out. `order` is the column by which rows shall stand, with a
    minus for the greatest first; None for the usual order.
    """

    given: Mapping[str, Any]
    shown: frozenset[str] = frozenset()
    order: str | None = None

    def __getitem__(self, key: str) -> Any:
        return self.given[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)


@dataclass(frozen=True, slots=True)
class Linked:
    """A value of a column of this type: a text, such as the number of a document, that leads to a record. Whoever gives
    it has read the record, or something that belongs to it, through the reader's Env.
    """

    model: str
    key: int
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Rows of a report that goes on by a key, and the key after which the next page begins; None after the last row.

    A page may have fewer rows than were asked for, or none, where much was looked through for little.
    """

    rows: Sequence[Sequence[Any] | Mapping[str, Any]]
    after: str | None


RowsFunction = Callable[["Env", Answers, int, int], Sequence[Sequence[Any] | Mapping[str, Any]]]
PagesFunction = Callable[["Env", Answers, int, str | None], ReportPage]
StatementFunction = Callable[["Env", Answers], Any]
TotalsFunction = Callable[["Env", Answers], Mapping[str, Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Ask:
    """One thing that the reader chooses; see `ask`."""

    key: str
    type: type
    label: LazyString
    required: bool = True
    default: Any = None
    choices: Choices = ()
    list: str | None = None
    help: LazyString | None = None
    field: Fields = None


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One column; see `column`."""

    key: str
    label: LazyString
    type: type
    total: bool = False
    field: Fields = None
    money: bool = False
    currency: str | None = None
    unit: Unit | None = None
    choices: Choices = ()
    sortable: bool | None = None
    internal: bool = False
    unless: str | None = None
    sparse: bool = False
    under: str | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Report:
    """A report at `/report/<key>`; the key begins with the addon's name.

    `right` is (right, model) asked of `env.can`; `needs` are fields without which the report makes no sense, because it
    chooses, joins or groups rows by them: who may not see one of them does not have the report.

    Rows come from one of three functions. `statement(env, answers)` gives a select of the models with an expression for
    each column: the kernel pages it, orders it by any plain column, adds up and counts, and never reads a column that
    the reader may not see. `rows(env, answers, limit, offset)` gives the rows themselves, for what SQL cannot say; the
    kernel leaves out what the reader may not see, and orders by columns with `sortable=True` only, which the function
    does by `answers.order`. `pages(env, answers, limit, after)` is for rows that are costly to work out: it gives a
    `ReportPage` with the key after which the next one begins, and is called with that key, so that no page works out
    those before it. All read through the caller's Env; values of fields that a mask may keep back are taken by
    `env.seen(Model.field)`. `totals(env, answers)` gives sums by column where adding up all rows would be slow.

    A row is a sequence in the order of the columns, or a mapping by their keys where other addons bring further columns
    (see `change_report`). `reads` are further models whose rows are given out in it: of those too, a file or a paper
    has what the reader may export or print.

    `order` is the usual order of a statement. `chart` names a column for the words and one or more for the bars.
    `paper` says how it is given to somebody outside, with the company's letterhead. `strong` names a column and the
    values of it whose rows stand out, such as sums among postings.
    """

    key: str
    title: LazyString
    right: tuple[str, type]
    columns: Sequence[Column]
    parameters: Sequence[Ask] = ()
    statement: StatementFunction | None = None
    rows: RowsFunction | None = None
    pages: PagesFunction | None = None
    totals: TotalsFunction | None = None
    needs: Sequence[Reference] = ()
    order: str | None = None
    chart: Sequence[str] = ()
    note: LazyString | None = None
    limit: int = 80
    reads: Sequence[type] = ()
    paper: ReportPaper | None = None
    strong: Sequence[str] = ()
    location: Location = field(default_factory=lambda: location(2), repr=False)

    __keyuan_mark__: ClassVar[str] = "report"

    @property
    def url(self) -> str:
        return f"/report/{self.key}"


def ask(
    key: str,
    type: type,
    label: LazyString,
    *,
    required: bool = True,
    default: Any = None,
    choices: Sequence[tuple[str, LazyString]] = (),
    list: str | None = None,
    help: LazyString | None = None,
    field: Fields = None,
) -> Ask:
    """Something that the reader chooses: a day, a number, a text, yes or no, a record of a model, one of `choices`, or
    an option of a `list`.

    `default` may be a function of the Env. With `field` (one or several) it is asked only of those who may see it.
    """
    return Ask(key, type, label, required, default, tuple(choices), list, help, field)


def column(
    key: str,
    label: LazyString,
    type: type,
    *,
    total: bool = False,
    field: Fields = None,
    money: bool = False,
    currency: str | None = None,
    unit: Unit | None = None,
    choices: Sequence[tuple[str, LazyString]] = (),
    sortable: bool | None = None,
    internal: bool = False,
    unless: str | None = None,
    sparse: bool = False,
    under: str | None = None,
) -> Column:
    """A column of values of `type`; a model stands for ids of its records, which are shown by name as links.

    `field`: the field or fields that the values are made of; who may not see one of them does not have the column, in
    rows, order, totals, export and print alike. A field that a mixin gives to another model than that of the report's
    right is named with its model, `(OrderLine, "net")`. `money` is an amount in the company's currency, `currency`
    names the column that holds another one's code. `unit` writes a date as its month, quarter or year. `total` adds
    it up. `internal` keeps it off the paper for somebody outside; it is left out where the question `unless` was
    answered, so that every row would say the same. A `sparse` one is left out of a page and of a paper none of whose
    rows has a value in it; files have it. `under` names the column in whose cells it stands on pages, as a second line.
    """
    return Column(
        key,
        label,
        type,
        total,
        field,
        money or currency is not None,
        currency,
        unit,
        tuple(choices),
        sortable,
        internal,
        unless,
        sparse,
        under,
    )
