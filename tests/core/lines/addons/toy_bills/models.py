"""Bills, their lines, and what is on the lines."""

from decimal import Decimal
from typing import Annotated, Any

from core.api import (
    CompanyOwned,
    Mapped,
    Owned,
    State,
    _,
    action,
    arg,
    computed,
    field,
    many2one,
    money,
    one2many,
    selection,
    state_field,
    total,
    transition,
)
from toy_bills.roles import CHIEF

DRAFT = State("draft", _("Draft"))
PAID = State("paid", _("Paid"), final=True)


class Article(CompanyOwned, label=_("Article"), plural=_("Articles"), ordered_by="name"):
    """What can be on a line."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)
    price: Mapped[Decimal] = money(_("Price"), default=Decimal(0))
    unit: Mapped[str] = field(_("Unit"), default="pc")


def same_article(env: Any, values: Any) -> Any:
    """A sort of the article of the line, and of the payer's, when the bill has one."""
    return Sort.article == values["article"] if values["article"] else None


class Sort(CompanyOwned, label=_("Sort"), plural=_("Sorts")):
    """An article comes in several."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)
    article: Mapped[Article] = many2one(_("Article"))


class Bill(CompanyOwned, Owned, label=_("Bill"), plural=_("Bills"), display="title"):
    """What somebody owes."""

    title: Mapped[str] = field(_("Title"), sortable=True)
    discount: Mapped[Decimal] = field(_("Discount %"), default=Decimal(0), minimum=0, maximum=100)
    state: Mapped[State] = state_field(DRAFT)
    lines: Mapped[list["Line"]] = one2many(_("Lines"), back="bill")
    terms: Mapped[str | None] = field(_("Terms"), default=None)
    net: Mapped[Decimal] = total(_("Net"), of="lines", sum="net")
    count: Mapped[int] = total(_("Rows"), of="lines")
    amount: Mapped[Decimal] = computed(_("Total"), by=lambda bill: bill.net * 2, depends=("net",))
    copies: Mapped[list["Copy"]] = one2many(_("Copies"), back="bill")

    @action(label=_("Prefer"))
    def prefer(
        self,
        sort: Annotated[Sort, arg(_("Sort"), where=lambda env, record: Sort.name.contains(record.title))],
    ) -> None:
        """Only sorts of the bill's name."""
        self.terms = sort.name

    @transition(DRAFT, to=PAID, label=_("Pay"))
    def pay(self) -> None:
        """It is over."""


class Line(
    CompanyOwned,
    part_of="bill",
    label=_("Line"),
    plural=_("Lines"),
    display="text",
    unique=[("bill", "code")],
):
    """One thing on a bill."""

    bill: Mapped[Bill] = many2one(_("Bill"), on_delete="part_of", readonly=True)
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    article: Mapped[Article | None] = many2one(_("Article"), default=None)
    sort: Mapped[Sort | None] = many2one(_("Sort"), default=None, among=same_article)
    text: Mapped[str | None] = field(_("Description"), default=None)
    code: Mapped[str | None] = field(_("Code"), default=None)
    kind: Mapped[str] = selection(
        _("Kind"), choices=[("goods", _("Goods")), ("work", _("Labour"))], default="goods"
    )
    quantity: Mapped[Decimal] = field(_("Quantity"), default=Decimal(1), minimum=0)
    unit: Mapped[str | None] = field(_("Unit"), default=None)
    price: Mapped[Decimal | None] = money(_("Unit price"), default=None)
    cost: Mapped[Decimal | None] = money(_("Cost"), default=None, visible_to=(CHIEF,))
    optional: Mapped[bool] = field(_("Optional"), default=False)
    checked: Mapped[str | None] = field(_("Checked"), default=None, readonly=True)
    net: Mapped[Decimal] = computed(
        _("Net"),
        by=lambda line: (
            (line.quantity or 0) * (line.price or 0) * (1 - (line.bill.discount if line.bill else 0) / 100)
        ),
        depends=("quantity", "price", "bill.discount"),
    )
    notes: Mapped[list["Note"]] = one2many(_("Notes"), back="line")


class Note(CompanyOwned, part_of="line", label=_("Note"), plural=_("Notes"), display="text"):
    """A part of a part."""

    line: Mapped[Line] = many2one(_("Line"), on_delete="part_of")
    text: Mapped[str] = field(_("Text"))


class Copy(CompanyOwned, label=_("Copy"), plural=_("Copies"), display="name"):
    """Refers to a bill and is no part of it."""

    name: Mapped[str] = field(_("Name"))
    bill: Mapped[Bill | None] = many2one(_("Bill"), default=None)
