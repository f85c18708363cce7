"""Three toy addons on a toy kernel addon: sales, loyalty (extends its customer) and audit (extends both views)."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy.orm import Mapped

from core.i18n import _
from core.modules.discovery import Found
from core.modules.loader import LoadedAddon, Marked
from core.modules.manifest import Manifest
from core.orm.column_types import State
from core.orm.fields import (
    expression,
    field,
    longtext,
    many2many,
    many2one,
    money,
    one2many,
    option,
    phone,
    secret,
    selection,
    state_field,
)
from core.orm.methods import action, arg, transition
from core.orm.model import CompanyOwned, Deployment
from core.views.board import BoardView
from core.views.extend import after, before, inside, remove, replace
from core.views.form import FormView
from core.views.grouping import month
from core.views.hint import Hint, hint
from core.views.layout import button, group, header, note, notebook, page, related, show, statusbar
from core.views.listing import ListView, preset
from core.views.menu import menu
from core.views.page import Page


class Company(Deployment, label=_("Company")):
    name: Mapped[str] = field(_("Name"))


class User(Deployment, label=_("User")):
    name: Mapped[str] = field(_("Name"))


class Option(Deployment, label=_("Option")):
    name: Mapped[str] = field(_("Name"))


NEW, ASSIGNED, CLOSED = State("new", _("New")), State("assigned", _("Assigned")), State("closed", _("Closed"))
ESCALATED = State("escalated", _("Escalated"))


class Tag(CompanyOwned, label=_("Tag")):
    name: Mapped[str] = field(_("Name"))


class Customer(CompanyOwned, label=_("Customer")):
    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)
    email: Mapped[str | None] = field(_("E-mail"), default=None)
    phone: Mapped[str | None] = phone(_("Phone"), default=None)
    owner: Mapped[User | None] = many2one(_("Owner"), default=None)
    credit: Mapped[Decimal] = money(_("Credit"), default=Decimal(0), visible_to=["sales.director"])
    grade: Mapped[str | None] = field(_("Grade"), default=None, editable_by=["sales.director"])
    token: Mapped[str | None] = secret(_("Token"), default=None)
    leads: Mapped[list["Lead"]] = one2many(_("Leads"), back="customer")


class Lead(CompanyOwned, label=_("Lead"), plural=_("Leads")):
    title: Mapped[str] = field(_("Title"), sortable=True)
    kind: Mapped[str] = selection(_("Kind"), choices=[("hot", _("Hot")), ("cold", _("Cold"))], default="hot")
    customer: Mapped[Customer | None] = many2one(_("Customer"), default=None)
    owner: Mapped[User | None] = many2one(_("Owner"), default=None)
    source: Mapped[Option | None] = option(_("Source"), list="sales.source", default=None)
    amount: Mapped[Decimal] = money(_("Amount"), default=Decimal(0))
    count: Mapped[int | None] = field(_("Count"), default=None)
    due: Mapped[date | None] = field(_("Due"), default=None)
    seen_at: Mapped[datetime | None] = field(_("Seen at"), default=None)
    urgent: Mapped[bool] = field(_("Urgent"), default=False)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
    tags: Mapped[list[Tag]] = many2many(_("Tags"))
    double: Mapped[Decimal | None] = expression(_("Double"), sql=lambda cls: cls.amount * 2)
    state: Mapped[State] = state_field(NEW)

    @transition(NEW, to=ASSIGNED, label=_("Assign"))
    def assign(self, to: Annotated[User, arg(_("Salesperson"))]) -> None:
        """Hand it to a salesperson."""

    @transition(NEW, ASSIGNED, to=CLOSED, label=_("Close"), danger=True)
    def close(self) -> None:
        """Give up."""

    @transition(ASSIGNED, to=NEW, label=_("Reclaim"), automatic=True)
    def reclaim(self) -> None:
        """After a while."""

    @action(label=_("Move"))
    def move(self, kind: Annotated[str, arg(_("Kind"))]) -> None:
        """On the board."""


def same_name(env: Any, values: Any) -> list[Hint]:
    return [Hint(_("A lead of this title exists."), "/r/sales.lead/1")]


class LeadForm(FormView[Lead]):
    layout = [
        header(button(Lead.assign), button(Lead.close), statusbar(Lead.state)),
        group(_("Deal"), Lead.title, show(Lead.amount, widget="big"), Lead.kind),
        group(_("Who"), Lead.customer, Lead.owner, note(_("The owner is told.")), key="who"),
        notebook(page(_("Notes"), Lead.remarks), page(_("Tags"), Lead.tags)),
    ]
    hints = [same_name]


class LeadList(ListView[Lead]):
    columns = [Lead.title, Lead.customer, Lead.amount, Lead.state]
    order = "-amount"
    presets = [
        preset("open", _("Open"), where=lambda env: Lead.kind == "hot", default=True),
        preset("everything", _("All")),
    ]
    filters = [Lead.state, Lead.owner, Lead.due]
    groups = [Lead.state, month(Lead.due)]
    totals = [Lead.amount]


class LeadBoard(BoardView[Lead]):
    column = Lead.kind
    card = [Lead.title, Lead.amount]
    move = Lead.move
    total = Lead.amount


class CustomerForm(FormView[Customer]):
    layout = [
        group(_("Customer"), Customer.name, Customer.email, Customer.phone, Customer.owner, Customer.credit),
        group(_("Secret"), Customer.token, Customer.grade),
        related(Customer.leads, columns=[Lead.title, Lead.amount], order="-amount"),
    ]


class LoyaltyCustomer(Customer, extend=True):
    tier: Mapped[str | None] = field(_("Loyalty tier"), default=None)
    points: Mapped[int | None] = field(_("Points"), default=None)

    @action(label=_("Greet"))
    def greet(self) -> None:
        """Send a card."""


class LoyaltyLead(Lead, extend=True):
    gift: Mapped[str | None] = field(_("Gift"), default=None)

    @transition(NEW, to=ESCALATED, label=_("Escalate"))
    def escalate(self) -> None:
        """To the boss."""


class LoyaltyCustomerForm(CustomerForm, extend=True):
    changes = [
        after(LoyaltyCustomer.email, LoyaltyCustomer.tier),
        after(CustomerForm.layout[-1], group(_("Loyalty"), LoyaltyCustomer.points)),
        inside("header", button(LoyaltyCustomer.greet)),
        inside(Customer.leads, LoyaltyLead.gift),
    ]


class LoyaltyLeadForm(LeadForm, extend=True):
    changes = [
        after(Lead.close, LoyaltyLead.escalate),
        inside(_("Notes"), LoyaltyLead.gift),
        after(_("Deal"), page(_("Loyalty"), note(_("Nothing yet.")))),
    ]
    hints = [lambda env, values: []]


class LoyaltyLeadList(LeadList, extend=True):
    changes = [before(Lead.amount, LoyaltyLead.gift)]
    presets = [preset("gifts", _("With gifts"), where=lambda env: LoyaltyLead.gift.is_not(None))]
    filters = [LoyaltyLead.gift]


class TagFormOfLoyalty(FormView[Tag]):
    layout = [Tag.name, note(_("By loyalty."))]


class TagListOfLoyalty(ListView[Tag]):
    name = "cards"
    columns = [Tag.name]


class EarlyCustomerForm(CustomerForm, extend=True):
    changes = [remove(Customer.owner)]


class LateCustomerForm(CustomerForm, extend=True):
    changes = [
        after(Customer.owner, note(_("lost"))),
        before(_("Secret"), group(_("Gifts"), LoyaltyCustomer.points, note(_("Given at birthdays.")))),
        before(_("Secret"), notebook(page(_("Cards"), button(LoyaltyCustomer.greet), LoyaltyCustomer.tier))),
        inside("header", Customer.grade, LoyaltyCustomer.greet),
    ]


class AuditCustomer(Customer, extend=True):
    checked: Mapped[bool] = field(_("Checked"), default=False)
    verdict: Mapped[str | None] = field(_("Verdict"), default=None)


class AuditCustomerForm(CustomerForm, extend=True):
    changes = [
        after(Customer.email, AuditCustomer.checked),
        replace(Customer.phone, show(AuditCustomer.verdict, wide=True, readonly=True)),
        remove(Customer.owner),
    ]


@hint(Customer)
def audited(env: Any, values: Any) -> list[Hint]:
    return [Hint(_("Audited."))]


REPORT = Page(
    "sales.report",
    _("Report"),
    template="report.pt",
    data=lambda env, params: {"rows": []},
    right=("read", Lead),
)

SALES_MENUS = [
    menu("sales", _("Sales"), icon="target"),
    menu("sales.leads", _("Leads"), parent="sales", view=LeadList, preset="open", sequence=20),
    menu("sales.board", _("Board"), parent="sales", view=LeadBoard, sequence=15),
    menu("sales.customers", _("New customer"), parent="sales", view=CustomerForm, sequence=10),
    menu("sales.report", _("Report"), parent="sales", page=REPORT, sequence=5, roles=["sales.director"]),
    menu("empty", _("Empty")),
]
LOYALTY_MENUS = [
    menu("loyalty.gifts", _("Gifts"), parent="sales", view=LeadList, preset="gifts", sequence=30)
]


def addon(name: str, *objects: Any, folder: Path | None = None) -> LoadedAddon:
    """What the loader hands to the composer."""
    manifest = Manifest(name=name, title=_("Toy"), version="1.0")
    found = Found(name, __name__, folder, "folder", manifest=manifest)
    return LoadedAddon(found, tuple(Marked(item.__keyuan_mark__, item, __name__) for item in objects))


BASE = addon("base", Company, User, Option)
SALES = addon("sales", Tag, Customer, Lead, LeadForm, LeadList, LeadBoard, CustomerForm, REPORT, *SALES_MENUS)
LOYALTY = addon(
    "loyalty",
    LoyaltyCustomer,
    LoyaltyLead,
    LoyaltyCustomerForm,
    LoyaltyLeadForm,
    LoyaltyLeadList,
    TagFormOfLoyalty,
    TagListOfLoyalty,
    *LOYALTY_MENUS,
)
LATE_MENU = menu("late.customers", _("Customers"), parent="loyalty.gifts", view=CustomerForm)
LATE = addon("late", EarlyCustomerForm, LateCustomerForm, LATE_MENU)
AUDIT = addon("audit", AuditCustomer, AuditCustomerForm, audited)
