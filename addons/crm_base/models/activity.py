"""What was done or is planned with a customer (process P17)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from addons.crm_base.models.contact import Contact
from addons.crm_base.models.customer import Customer
from addons.crm_base.states import CALLED_OFF, CARRIED_OUT, MISSED, PLANNED
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    Owned,
    State,
    Tracked,
    User,
    _,
    action,
    arg,
    current_env,
    field,
    longtext,
    many2many,
    many2one,
    money,
    option,
    state_field,
    transition,
)  # fmt: skip


def this_moment(env: Any) -> datetime:
    """Activities are mostly entered right after they happened."""
    now: datetime = env.now
    return now.replace(second=0, microsecond=0).astimezone(UTC)


class Activity(
    CompanyOwned, Owned, Tracked, label=_("Activity"), plural=_("Activities"), display="subject", ordered_by="-at",
    icon="calendar-event",
):  # fmt: skip
    """A call, mail, visit or other contact. A record of another addon points here by extending this model."""

    subject: Mapped[str] = field(_("Subject"), searchable=True, sortable=True, max_length=255, personal=True)
    kind: Mapped[Option] = option(_("Kind"), list="crm_base.activity_kind")
    at: Mapped[datetime] = field(_("Time"), default=this_moment, sortable=True)
    state: Mapped[State] = state_field(PLANNED)
    customer: Mapped[Customer | None] = many2one(_("Customer"), default=None, personal=True)
    contact: Mapped[Contact | None] = many2one(_("Contact"), default=None, on_delete="clear", personal=True)
    participants: Mapped[list[User]] = many2many(_("Participants"))
    description: Mapped[str | None] = longtext(_("Description"), default=None, personal=True)
    result: Mapped[str | None] = longtext(_("Result"), default=None, tracked=True, personal=True)
    minutes: Mapped[int | None] = field(_("Duration (minutes)"), default=None, minimum=0, maximum=100_000)
    cost: Mapped[Decimal | None] = money(_("Cost"), default=None, minimum=0)

    @transition(PLANNED, to=CARRIED_OUT, label=_("Done"), icon="check")
    def carry_out(self, result: Annotated[str, arg(_("Result"), longtext=True)]) -> None:
        """The activity took place; what came of it is written down."""
        self.result = result
        now = current_env().now
        if self.at > now:
            self.at = now

    @action(label=_("Move"), icon="calendar-time")
    def move(
        self, to: Annotated[datetime, arg(_("New time"), default=lambda env, activity: activity.at)]
    ) -> None:
        """It takes place at another time."""
        self.at = to

    @transition(PLANNED, to=MISSED, label=_("Missed"), icon="calendar-x")
    def miss(self) -> None:
        """It was planned and did not take place."""

    @transition(PLANNED, to=CALLED_OFF, label=_("Call off"), icon="x")
    def call_off(self) -> None:
        """It is not going to take place."""
