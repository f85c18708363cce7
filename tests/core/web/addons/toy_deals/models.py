"""A deal with a buyer, lines and totals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.api import (
    CompanyOwned,
    Mapped,
    State,
    User,
    _,
    email,
    field,
    longtext,
    many2many,
    many2one,
    money,
    one2many,
    selection,
    state_field,
    transition,
)

DRAFT = State("draft", _("Draft deal"), colour="azure")
SENT = State("sent", _("Sent deal"), colour="blue")
DONE = State("done", _("Done deal"), final=True, colour="green")


class Buyer(CompanyOwned, label=_("Buyer"), plural=_("Buyers"), display="name"):
    """Who buys."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)
    address: Mapped[str | None] = field(_("Address"), default=None)
    mail: Mapped[str | None] = email(_("Mail of the buyer"), default=None, personal=True)


class Idea(CompanyOwned, label=_("Idea"), plural=_("Ideas"), display="name"):
    """Where deals come from."""

    name: Mapped[str] = field(_("Name"))
    deals: Mapped[list[Deal]] = one2many(_("Deals"), back="idea")


class Deal(CompanyOwned, label=_("Deal"), plural=_("Deals"), display="code"):
    """What was agreed on."""

    code: Mapped[str] = field(_("Code of the deal"), sortable=True)
    idea: Mapped[Idea | None] = many2one(_("Idea"), default=None)
    buyer: Mapped[Buyer | None] = many2one(_("Buyer"), default=None)
    day: Mapped[date | None] = field(_("Day"), default=None)
    terms: Mapped[str | None] = longtext(_("Terms"), default=None)
    currency: Mapped[str] = field(_("Currency"), default="CNY", max_length=3)
    kind: Mapped[str] = selection(
        _("Kind of deal"), choices=[("sale", _("Sale")), ("lease", _("Lease"))], default="sale"
    )
    net: Mapped[Decimal] = money(_("Net"), default=Decimal(0), currency="currency")
    total: Mapped[Decimal] = money(_("Grand total"), default=Decimal(0), currency="currency")
    margin: Mapped[Decimal] = money(
        _("Margin"), default=Decimal(0), currency="currency", visible_to=["toy_deals.director"]
    )
    shipping: Mapped[str] = selection(
        _("Shipping"),
        choices=[("none", _("Nothing")), ("part", _("Some")), ("full", _("All"))],
        default="none",
    )
    state: Mapped[State] = state_field(DRAFT)
    lines: Mapped[list[Line]] = one2many(_("Lines"), back="deal")
    tasks: Mapped[list[DealTask]] = one2many(_("Tasks of the deal"), back="deal")
    parcels: Mapped[list[Parcel]] = one2many(_("Parcels"), back="deal")

    @transition(DRAFT, to=SENT, label=_("Send out"))
    def send(self) -> None:
        """It goes to the buyer."""

    @transition(SENT, to=DONE, label=_("Agree"))
    def agree(self) -> None:
        """Both sides want it."""


class Line(CompanyOwned, label=_("Line"), plural=_("Lines"), display="item", ordered_by="position"):
    """One thing of a deal."""

    deal: Mapped[Deal] = many2one(_("Deal"), on_delete="part_of")
    position: Mapped[int] = field(_("Position"), default=10, sortable=True)
    item: Mapped[str] = field(_("Item"))
    quantity: Mapped[Decimal] = field(_("Quantity"), default=Decimal(1))
    price: Mapped[Decimal] = money(_("Price"), default=Decimal(0))
    cost: Mapped[Decimal] = money(_("Cost"), default=Decimal(0), visible_to=["toy_deals.director"])


OPEN = State("open", _("Open task"), colour="azure")
RUNNING = State("running", _("Running task"), colour="blue")
FINISHED = State("finished", _("Finished task"), final=True, colour="green")


class DealTask(CompanyOwned, label=_("Task of a deal"), plural=_("Tasks of deals"), display="name"):
    """What is to be done for a deal."""

    deal: Mapped[Deal] = many2one(_("Deal"), on_delete="part_of")
    name: Mapped[str] = field(_("Name"))
    due: Mapped[date | None] = field(_("Due day"), default=None)
    person: Mapped[User | None] = many2one(_("Person"), default=None)
    state: Mapped[State] = state_field(OPEN)
    after: Mapped[list[DealTask]] = many2many(_("Begins after"))

    @transition(OPEN, to=RUNNING, label=_("Begin task"))
    def begin(self) -> None:
        """Somebody works on it."""

    @transition(RUNNING, to=FINISHED, label=_("Finish task"))
    def finish(self) -> None:
        """It is done."""


class Parcel(CompanyOwned, label=_("Parcel"), plural=_("Parcels"), display="name"):
    """What was sent for a deal."""

    deal: Mapped[Deal] = many2one(_("Deal"))
    name: Mapped[str] = field(_("Name"))
    slips: Mapped[list[Slip]] = one2many(_("Slips"), back="parcel")


class Slip(CompanyOwned, label=_("Slip"), plural=_("Slips"), display="name"):
    """That a parcel has arrived."""

    parcel: Mapped[Parcel] = many2one(_("Parcel"))
    name: Mapped[str] = field(_("Name"))
