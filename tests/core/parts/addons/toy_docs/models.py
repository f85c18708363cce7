"""Accounts, their orders, the lines of these and what is added to a line: totals on every floor."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.api import (
    CompanyOwned,
    Mapped,
    Owned,
    Role,
    State,
    UserError,
    _,
    action,
    computed,
    current_env,
    field,
    many2one,
    money,
    number,
    numbering,
    one2many,
    selection,
    state_field,
    total,
    transition,
)  # fmt: skip

CLERK = Role("toy_docs.clerk", _("Clerk"))
READER = Role("toy_docs.reader", _("Reader"))
BOSS = Role("toy_docs.boss", _("Boss"))
numbers = [
    numbering("toy_docs.order", prefix="O", width=4), numbering("toy_docs.memo", prefix="M", width=4),
    numbering("toy_docs.bill", prefix="B", date_pattern="YYYYMM", separator="-", width=4, reset="month"),
]  # fmt: skip
DRAFT, OPEN, DONE = State("draft", _("Draft")), State("open", _("Open")), State("done", _("Done"), final=True)
DROPPED = State("dropped", _("Dropped"), final=True)


class Account(CompanyOwned, Owned, label=_("Account"), plural=_("Accounts")):
    """Somebody who orders."""

    name: Mapped[str] = field(_("Name"))
    orders: Mapped[list[Order]] = one2many(_("Orders"), back="account")
    balance: Mapped[Decimal] = total(_("Balance"), of="orders", sum="gross")
    open_balance: Mapped[Decimal] = total(
        _("Open balance"), of="orders", sum="gross", where=("state", (DRAFT, OPEN))
    )
    cost: Mapped[Decimal] = total(_("Cost"), of="orders", sum="cost")
    order_count: Mapped[int] = total(_("Number of orders"), of="orders")


def gross_of(order: Any) -> Decimal:
    """What is to be paid."""
    found: Decimal = order.net * (100 - order.discount) / 100
    return found


class Order(
    CompanyOwned, Owned, label=_("Order"), plural=_("Orders"), display="title", editable_in=(DRAFT,),
    always_editable=("remarks",),
):  # fmt: skip
    """What somebody wants to have."""

    remarks: Mapped[str | None] = field(_("Remarks"), default=None)
    title: Mapped[str] = field(_("Title"))
    account: Mapped[Account | None] = many2one(_("Account"), default=None, on_delete="clear")
    factor: Mapped[int] = field(_("Factor"), default=1)
    discount: Mapped[Decimal] = field(_("Discount in %"), default=Decimal(0))
    state: Mapped[State] = state_field(DRAFT)
    lines: Mapped[list[Line]] = one2many(_("Lines"), back="order")
    net: Mapped[Decimal] = total(_("Net"), of="lines", sum="net", sortable=True)
    gifts: Mapped[int] = total(_("Gifts"), of="lines", sum="quantity", where=("kind", "gift"))
    line_count: Mapped[int] = total(_("Number of lines"), of="lines")
    gross: Mapped[Decimal] = computed(_("Gross"), by=gross_of, depends=("net", "discount"))
    cost: Mapped[Decimal] = total(_("Cost"), of="lines", sum="cost")

    @transition(DRAFT, to=OPEN, label=_("Confirm"))
    def confirm(self) -> None:
        """It is wanted for good."""

    @action(label=_("Double"))
    def double(self) -> None:
        """Every line once more, by virtue of the step."""
        env = current_env()
        for line in env.search(Line, Line.order == self):
            line.quantity *= 2
        env.create(Line, name="doubled", order=self)

    @transition(OPEN, to=DONE, label=_("Finish"))
    def finish(self) -> None:
        """Everything is there."""


def net_of(line: Any) -> Decimal:
    """Quantity by price with what is added, times the order's factor."""
    found: Decimal = (line.quantity * line.price + line.extras) * (line.order.factor if line.order else 1)
    return found


class Line(
    CompanyOwned,
    label=_("Line"),
    plural=_("Lines"),
    display="name",
    part_of="order",
    always_editable=("note",),
):
    """One position of an order."""

    name: Mapped[str] = field(_("Name"))
    order: Mapped[Order] = many2one(_("Order"), on_delete="part_of")
    note: Mapped[str | None] = field(_("Note"), default=None)
    checked: Mapped[bool] = field(_("Checked"), default=False)
    kind: Mapped[str] = selection(
        _("Kind"), choices=[("good", _("Good")), ("gift", _("Gift"))], default="good"
    )
    quantity: Mapped[int] = field(_("Quantity"), default=1)
    price: Mapped[Decimal] = money(_("Price"), default=Decimal(0))
    cost: Mapped[Decimal] = money(_("Cost"), default=Decimal(0), visible_to=(BOSS,))
    additions: Mapped[list[Addition]] = one2many(_("Additions"), back="line")
    extras: Mapped[Decimal] = total(_("Extras"), of="additions", sum="price")
    net: Mapped[Decimal] = computed(
        _("Net"), by=net_of, depends=("quantity", "price", "extras", "order.factor")
    )

    @action(label=_("Check"))
    def check(self) -> None:
        """Somebody has looked at it; in every state of the order but the last."""
        self.checked = True


class Addition(CompanyOwned, label=_("Addition"), plural=_("Additions"), display="name", part_of="line"):
    """Something extra on a line."""

    name: Mapped[str] = field(_("Name"))
    line: Mapped[Line] = many2one(_("Line"), on_delete="part_of")
    price: Mapped[Decimal] = money(_("Price"), default=Decimal(0))


class Bill(CompanyOwned, label=_("Bill"), plural=_("Bills"), display="number", unique=[("number",)]):
    """What counts from a step on; its number may be given by that."""

    number: Mapped[str] = number(
        _("Number"), sequence="toy_docs.bill", final_in=(OPEN, DONE), searchable=True, sortable=True
    )
    state: Mapped[State] = state_field(DRAFT)
    amount: Mapped[int] = field(_("Amount"), default=0)
    words: Mapped[str | None] = field(_("Words"), default=None)

    @transition(DRAFT, to=OPEN, label=_("Post"), many=True)
    def post(records: Sequence[Bill]) -> None:
        """Each tells its number, and costs something."""
        for one in records:
            one.words = f"This is {one.number}"
            if one.amount < 0:
                raise UserError(_("{number} costs too little.", number=one.number))

    @transition(OPEN, to=DRAFT, label=_("Rework"))
    def rework(self) -> None:
        """It is changed once more."""

    @transition(OPEN, to=DONE, label=_("Finish"))
    def finish(self) -> None:
        """It is paid."""

    @transition(DRAFT, OPEN, to=DROPPED, label=_("Drop"))
    def drop(self) -> None:
        """It is not going to be paid."""


class Memo(CompanyOwned, label=_("Memo"), plural=_("Memos"), display="number"):
    """Something that is numbered and never posted."""

    number: Mapped[str] = number(_("Number"), sequence="toy_docs.memo")
    text: Mapped[str | None] = field(_("Text"), default=None)
