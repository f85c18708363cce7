"""Works: every kind of field, a state, a board, related records."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    Owned,
    State,
    StateForbids,
    Tracked,
    User,
    ValidationFailed,
    _,
    action,
    arg,
    current_env,
    email,
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
    phone,
    secret,
    selection,
    state_field,
    transition,
    translated,
    url,
)  # fmt: skip

OPEN = State("open", _("Open work"), colour="blue")
RUNNING = State("running", _("Running"), colour="orange")
SHUT = State("shut", _("Shut"), final=True, colour="green")

NUMBERS = numbering("toy_works.work", title=_("Works"), prefix="W-", width=4)
TRADES = options("toy_works.trade", [("wood", _("Wood")), ("steel", _("Steel"))])
MOODS = options("toy_works.mood", [("good", _("Good mood")), ("bad", _("Bad mood"))])


class Phase(CompanyOwned, label=_("Phase"), plural=_("Phases"), ordered_by="sequence"):
    """A column of the board."""

    name: Mapped[dict[str, str]] = translated(_("Name"))
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)


class Label(CompanyOwned, label=_("Label"), plural=_("Labels")):
    """What works are marked with."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)
    stamp: Mapped[str | None] = field(_("Stamp"), default=None, unique=True)


class Vault(CompanyOwned, label=_("Vault"), plural=_("Vaults")):
    """What only some may see."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)


class Work(
    CompanyOwned, Owned, Tracked, label=_("Work"), plural=_("Works"), display="title", icon="briefcase"
):
    """Something made."""

    code: Mapped[str] = number(_("Code"), sequence="toy_works.work", sortable=True, searchable=True)
    title: Mapped[str] = field(_("Title"), searchable=True, sortable=True, tracked=True, max_length=100)
    phone: Mapped[str | None] = phone(_("Phone"), default=None, searchable=True)
    mail: Mapped[str | None] = email(_("E-mail"), default=None)
    site: Mapped[str | None] = url(_("Website"), default=None)
    notes: Mapped[str | None] = longtext(_("Notes"), default=None, tracked=True)
    pieces: Mapped[int | None] = field(_("Pieces"), default=None, minimum=0)
    weight: Mapped[Decimal | None] = field(_("Weight"), default=None)
    price: Mapped[Decimal | None] = money(_("Price"), default=None, tracked=True, sortable=True)
    urgent: Mapped[bool] = field(_("Urgent"), default=False)
    due: Mapped[date | None] = field(_("Due"), default=None, sortable=True, tracked=True)
    begun: Mapped[datetime | None] = field(_("Begun"), default=None)
    size: Mapped[str] = selection(_("Size"), choices=[("s", _("Small")), ("l", _("Large"))], default="s")
    trade: Mapped[Option | None] = option(_("Trade"), list="toy_works.trade", default=None)
    phase: Mapped[Phase | None] = many2one(_("Phase"), default=None, tracked=True)
    labels: Mapped[list[Label]] = many2many(_("Labels"))
    vault: Mapped[Vault | None] = many2one(_("Vault"), default=None)
    motto: Mapped[dict[str, str] | None] = translated(_("Motto"), default=None)
    pin: Mapped[str | None] = secret(_("PIN"), default=None)
    inner: Mapped[str | None] = field(_("Inner remark"), default=None, visible_to=("toy_works.nobody",))
    fixed: Mapped[str | None] = field(_("Fixed"), default=None, readonly=True)
    state: Mapped[State] = state_field(OPEN)
    parts: Mapped[list["Part"]] = one2many(_("Parts"), back="work")
    activities: Mapped[list["Visit"]] = one2many(_("Visits"), back="work")

    @transition(OPEN, to=RUNNING, label=_("Start"), icon="arrow-right")
    def start(self) -> None:
        """It begins."""
        if self.title == "Stubborn":
            raise StateForbids(_("This one never starts."))

    @transition(OPEN, RUNNING, to=SHUT, label=_("Shut down"), danger=True)
    def shut(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """It ends, for a reason."""
        self.fixed = reason[:100]

    @transition(OPEN, RUNNING, to=None, label=_("Change phase"))
    def move(
        self,
        phase: Annotated[Phase, arg(_("Phase"))],
        why: Annotated[str | None, arg(_("Why"), required=False)] = None,
    ) -> None:
        """To another phase; back to the first one needs a reason."""
        if self.title == "Unpriced" and not (self.price and self.notes):
            missing = {"price": self.price, "notes": self.notes}
            raise ValidationFailed(
                {name: [_("It is missing.")] for name, value in missing.items() if not value}
            )
        if phase.sequence == 10 and self.phase is not None and not why:
            raise ValidationFailed.at("why", _("Going back needs a reason."))
        self.phase = phase

    @action(label=_("Hand over"), icon="user")
    def hand_over(
        self,
        to: Annotated[User, arg(_("Receiver"))],
        mood: Annotated[Option | None, arg(_("Mood"), required=False, list="toy_works.mood")] = None,
        on: Annotated[date | None, arg(_("On"), required=False)] = None,
    ) -> None:
        """Somebody else goes on."""
        self.owner = to

    @action(label=_("Copy"), confirm=_("Really copy?"), even_final=True)
    def copy_it(self) -> "Work":
        """Another one of the same title."""
        return current_env().create(Work, title=f"{self.title} again")

    @action(label=_("Mark urgent"))
    def mark_urgent(self) -> None:
        """It cannot wait."""
        self.urgent = True


class Part(CompanyOwned, label=_("Part"), plural=_("Parts")):
    """A part of a work."""

    work: Mapped[Work] = many2one(_("Work"), on_delete="part_of")
    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)
    cost: Mapped[Decimal | None] = money(_("Cost"), default=None)


class Bill(CompanyOwned, label=_("Bill"), plural=_("Bills")):
    """What keeps a work from being deleted."""

    work: Mapped[Work] = many2one(_("Work"))
    name: Mapped[str] = field(_("Name"), searchable=True)


class Visit(CompanyOwned, Owned, label=_("Visit"), plural=_("Visits"), display="subject"):
    """Somebody came by."""

    work: Mapped[Work | None] = many2one(_("Work"), default=None)
    subject: Mapped[str] = field(_("Subject"))
    at: Mapped[datetime] = field(_("Time"), sortable=True)
