"""Clients, their purchases with items, and what hangs on them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Optional

from core.api import (
    ApprovalRequest,
    CompanyOwned,
    Mapped,
    Option,
    Owned,
    Role,
    State,
    Tracked,
    User,
    ValidationFailed,
    _,
    action,
    arg,
    computed,
    current_env,
    email,
    expression,
    field,
    longtext,
    many2many,
    many2one,
    money,
    number,
    numbering,
    one2many,
    option,
    options,
    secret,
    selection,
    state_field,
    transition,
    translated,
    url,
)  # fmt: skip

SELLER = Role("toy_shop.seller", _("Seller"))
GIVER = Role("toy_shop.giver", _("Seller who gives clients away"))
BOSS = Role("toy_shop.boss", _("Boss"))

NEW, SENT, PAID = State("new", _("New")), State("sent", _("Sent")), State("paid", _("Paid"), final=True)

numbers = [
    numbering("toy_shop.client", prefix="C", separator="-", width=4, reset="day", date_pattern="YYYYMMDD")
]
lists = [
    options("toy_shop.branch", [("food", _("Food")), ("art", _("Art"))]),
    options("toy_shop.other", [("x", _("Other"))]),
]


class Tag(CompanyOwned, Owned, label=_("Tag"), plural=_("Tags")):
    """A word for clients; people see their own ones."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)


class Client(
    CompanyOwned,
    Owned,
    Tracked,
    label=_("Client"),
    plural=_("Clients"),
    unique=[("code",), ("tax", "city")],
    indexed=[("tier", "city"), ("tier", "level")],
):
    """Somebody who buys."""

    number: Mapped[str] = number(_("Number"), sequence="toy_shop.client")
    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, tracked=True)
    code: Mapped[str | None] = field(_("Code"), default=None)
    tax: Mapped[str | None] = field(_("Tax number"), default=None)
    city: Mapped[str | None] = field(_("City"), default=None)
    hidden: Mapped[str | None] = field(
        _("Hidden"), default=None, searchable=True, sortable=True, visible_to=(BOSS,)
    )
    pin: Mapped[str | None] = secret(_("PIN"), default=None)
    tier: Mapped[str] = selection(
        _("Tier"), choices=[("low", _("Low")), ("normal", _("Normal")), ("high", _("High"))], default="normal"
    )
    branch: Mapped[Option | None] = option(_("Branch"), list="toy_shop.branch", default=None)
    title: Mapped[dict[str, str] | None] = translated(_("Title"), default=None, personal=True)
    mail: Mapped[str | None] = email(_("Mail"), default=None)
    site: Mapped[str | None] = url(_("Site"), default=None)
    story: Mapped[str | None] = longtext(_("Story"), default=None)
    rating: Mapped[Decimal | None] = field(_("Rating"), default=None, sortable=True)
    discount: Mapped[Decimal] = money(_("Discount"), default=Decimal(0), sortable=True)
    visits: Mapped[int | None] = field(_("Visits"), default=None, sortable=True)
    active: Mapped[bool] = field(_("Active"), default=True)
    born: Mapped[date | None] = field(_("Born"), default=None, sortable=True)
    met: Mapped[datetime | None] = field(_("Met"), default=None, sortable=True)
    extra: Mapped[dict[str, Any] | None] = field(_("Extra"), default=None)
    tags: Mapped[list[Tag]] = many2many(_("Tags"))
    watchers: Mapped[list[User]] = many2many(_("Watchers"))
    upper: Mapped[Optional["Client"]] = many2one(_("Upper client"), default=None, on_delete="clear")
    upper_name: Mapped[str | None] = computed(
        _("Name of the upper one"),
        by=lambda client: client.upper.name if client.upper else None,
        depends=("upper.name",),
        searchable=True,
        sortable=True,
    )
    level: Mapped[int] = computed(
        _("Level"),
        by=lambda client: (client.upper.level if client.upper else 0) + 1,
        depends=("upper.level",),
    )
    parts: Mapped[list["Client"]] = one2many(_("Lower clients"), back="upper")
    purchases: Mapped[list["Purchase"]] = one2many(_("Purchases"), back="client")
    shout: Mapped[str] = expression(_("Shout"), sql=lambda model: model.name + "!")

    @action(label=_("Rename"), right="update")
    def rename(self, name: Annotated[str, arg(_("Name"))]) -> None:
        """Sets another name."""
        self.name = name

    @action(label=_("Choose branch"), right="update")
    def choose_branch(self, branch: Annotated[Option, arg(_("Branch"), list="toy_shop.branch")]) -> None:
        """Sets the branch."""
        self.branch = branch


def total_of(purchase: Any) -> Decimal:
    """What is to be paid."""
    discount = purchase.client.discount if purchase.client is not None else Decimal(0)
    return (purchase.price or Decimal(0)) - discount


class Purchase(CompanyOwned, Owned, Tracked, label=_("Purchase"), plural=_("Purchases"), display="subject"):
    """Something that a client buys."""

    subject: Mapped[str] = field(_("Subject"), searchable=True, sortable=True)
    client: Mapped[Client | None] = many2one(_("Client"), default=None)
    price: Mapped[Decimal] = money(_("Price"), default=Decimal(0), sortable=True)
    total: Mapped[Decimal] = computed(
        _("Total"), by=total_of, depends=("price", "client.discount"), sortable=True
    )
    count: Mapped[int] = field(_("Count"), default=0)
    state: Mapped[State] = state_field(NEW)
    items: Mapped[list["Item"]] = one2many(_("Items"), back="purchase")

    @transition(NEW, to=SENT, label=_("Send"))
    def send(self) -> None:
        """It leaves the shop."""

    @action(label=_("Take one back"), when=lambda env: Purchase.count > 0)
    def take_back(self) -> None:
        """Something to do only while there is one."""
        if not self.count:
            raise ValidationFailed.at("count", _("There is none to take back."))
        self.count -= 1

    @transition(NEW, SENT, to=PAID, label=_("Pay"))
    def pay(self) -> None:
        """The money is there."""

    @transition(NEW, to=SENT, label=_("Send and pay"))
    def send_paid(self) -> None:
        """A step whose body takes another step of the same record."""
        self.pay()

    @transition(NEW, to=SENT, label=_("Send with"))
    def send_with(self, other: Annotated[Any, arg(_("Other"))]) -> None:
        """A step that takes a step of another record."""
        self.count += 1
        other.pay()

    @transition(NEW, to=SENT, label=_("Fail"))
    def fail(self) -> None:
        """A step that breaks off in the middle."""
        self.subject, self.count = "broken", 99
        raise ValueError("broken off")

    @transition(NEW, to=SENT, label=_("Fail inside"))
    def survive(self, other: Annotated[Any, arg(_("Other"))]) -> None:
        """A step that goes on after another one has failed."""
        try:
            other.fail()
        except ValueError:
            self.subject = "survived"

    @transition(NEW, to=SENT, label=_("By itself"), automatic=True)
    def by_itself(self) -> None:
        """Has no button."""
        self.count += 1

    @action(label=_("Count many"), many=True)
    def count_many(records: Any) -> None:
        """All at once."""
        for record in records:
            record.count += 1

    @action(label=_("Give to"), right="update")
    def give_to(self, to: Annotated[User, arg(_("To"))]) -> None:
        """A step that gives the record away by its own right."""
        self.owner = to


class Item(CompanyOwned, label=_("Item"), plural=_("Items"), display="name"):
    """Part of a purchase."""

    name: Mapped[str] = field(_("Name"))
    purchase: Mapped[Purchase] = many2one(_("Purchase"), on_delete="part_of")
    share: Mapped[Decimal] = computed(
        _("Share"),
        by=lambda item: (item.purchase.total if item.purchase else Decimal(0)) / 2,
        depends=("purchase.total",),
    )


class Parcel(CompanyOwned, label=_("Parcel"), plural=_("Parcels"), display="name"):
    """Part of a purchase that refers to one of its items."""

    name: Mapped[str] = field(_("Name"))
    purchase: Mapped[Purchase | None] = many2one(_("Purchase"), default=None, on_delete="part_of")
    item: Mapped[Item | None] = many2one(_("Item"), default=None)


class Badge(CompanyOwned, label=_("Badge"), plural=_("Badges"), display="word", ordered_by="word"):
    """Its name is for the boss only."""

    word: Mapped[str] = field(_("Word"), visible_to=(BOSS,), sortable=True)
    client: Mapped[Client | None] = many2one(_("Client"), default=None)


class Wearing(CompanyOwned, label=_("Wearing"), plural=_("Wearings"), display="name"):
    """Shows a badge."""

    name: Mapped[str] = field(_("Name"))
    badge: Mapped[Badge | None] = many2one(_("Badge"), default=None)


class Shelf(CompanyOwned, label=_("Shelf"), plural=_("Shelves"), display="name"):
    """Imported shelves may lack their place."""

    name: Mapped[str] = field(_("Name"))
    place: Mapped[str] = field(_("Place"))
    boards: Mapped[int] = field(_("Boards"), default=1)


class Visit(CompanyOwned, label=_("Visit"), plural=_("Visits"), immutable=True):
    """Who came is written once."""

    client: Mapped[Client] = many2one(_("Client"))
    people: Mapped[int] = field(_("People"), default=1)


class Till(CompanyOwned, label=_("Till"), plural=_("Tills"), undoable=False):
    """What is in it follows from what was written."""

    name: Mapped[str] = field(_("Name"))
    coins: Mapped[int] = field(_("Coins"), default=0)


class Discount(CompanyOwned, ApprovalRequest, label=_("Discount"), plural=_("Discounts"), display="title",
               undoable=False):  # fmt: skip
    """More than a seller may give; good for three days."""

    title: Mapped[str] = field(_("Title"), readonly=True)
    percent: Mapped[int] = field(_("Percent"), readonly=True)

    @classmethod
    def valid_days(cls, env: Any) -> int | None:
        return 3


def caller_name() -> str:
    """Who is running."""
    return str(current_env().user_id)
