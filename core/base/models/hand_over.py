"""Records change hands when somebody leaves or goes to another post (KERN-22)."""

from datetime import datetime
from typing import Any

from core.api import (
    CompanyOwned,
    GoTo,
    Mapped,
    State,
    Tracked,
    User,
    Where,
    _,
    current_env,
    field,
    literal,
    longtext,
    many2one,
    number,
    one2many,
    selection,
    state_field,
    transition,
    translated,
)  # fmt: skip
from core.base.services import hand_over

PREPARED = State("prepared", _("Prepared"), colour="azure")
RUNNING = State("running", _("In progress"), colour="indigo")
RETURNING = State("returning", _("Being undone"), colour="orange")
DONE = State("done", _("Handed over"), colour="green")
UNDONE = State("undone", _("Undone"), final=True)

REASONS = [("left", _("Has left")), ("moved", _("Changes post")), ("other", _("Other reason"))]


def keepers(env: Any) -> Where:
    """Who may prepare a hand-over may also carry it out."""
    return literal(env.can("create", HandOver))


class HandOver(
    CompanyOwned, Tracked, label=_("Hand-over"), plural=_("Hand-overs"), display="code", ordered_by="-id",
    icon="switch-horizontal",
):  # fmt: skip
    """What one person was responsible for goes to others, all of it or nothing; this is the plan and the report."""

    code: Mapped[str] = number(_("Number"), sequence="base.hand_over", searchable=True, sortable=True)
    state: Mapped[State] = state_field(PREPARED)
    giver: Mapped[User] = many2one(_("Hands over"), to="base.user", tracked=True)
    successor: Mapped[User | None] = many2one(
        _("Successor"), default=None, to="base.user", tracked=True,
        help=_("Gets everything for which its line names no other successor."),
    )  # fmt: skip
    reason: Mapped[str] = selection(_("Reason"), choices=REASONS, default="left")
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
    moved: Mapped[int] = field(_("Records handed over"), default=0, readonly=True)
    moved_at: Mapped[datetime | None] = field(_("Handed over at"), default=None, readonly=True, sortable=True)
    request: Mapped[str | None] = field(_("Request"), default=None, readonly=True)
    lines: Mapped[list["HandOverLine"]] = one2many(_("What is handed over"), back="hand_over")

    @transition(RUNNING, to=PREPARED, label=_("Stop"), by=keepers, icon="player-pause")
    def stop(self) -> None:
        """The job has not finished: nothing goes, and the plan can be changed."""

    @transition(
        PREPARED, to=DONE, label=_("Hand over"), by=keepers, icon="switch-horizontal",
        confirm=_("All open records listed go to their successors. It can be undone while nobody changes them."),
    )  # fmt: skip
    def carry_out(self) -> None:
        """At once, or as a job where there is much."""
        if hand_over.is_large(current_env(), self):
            self.state = RUNNING
            hand_over.ask_for_job(current_env(), self)
        else:
            hand_over.carry_out(current_env(), self)

    @transition(PREPARED, to=None, label=_("Count again"), by=keepers, icon="refresh")
    def count_again(self) -> None:
        """What has been made or closed since it was prepared."""
        hand_over.count_lines(current_env(), self)

    @transition(RETURNING, to=DONE, label=_("Stop"), by=keepers, icon="player-pause")
    def stop_back(self) -> None:
        """The job has not finished: nothing goes back."""

    @transition(
        DONE, to=UNDONE, label=_("Undo"), by=keepers, icon="arrow-back-up", danger=True,
        confirm=_("Everything goes back. If anything has been changed since, it is named and nothing goes back."),
    )  # fmt: skip
    def take_back(self) -> None:
        """At once, or as a job where there is much."""
        if hand_over.is_large(current_env(), self):
            self.state = RETURNING
            hand_over.ask_for_job(current_env(), self)
        else:
            hand_over.take_back(current_env(), self)

    @transition(
        PREPARED,
        RUNNING,
        DONE,
        RETURNING,
        to=None,
        label=_("Hand-over list"),
        right="read",
        icon="list-check",
    )
    def print_list(self) -> GoTo:
        """The list to be signed by both."""
        return GoTo(f"/p/base.hand_over_list?id={self.id}")


class HandOverLine(
    CompanyOwned, label=_("Line of a hand-over"), plural=_("Lines of hand-overs"), display="kind", ordered_by="id",
    icon="list",
    names=("key",),
):  # fmt: skip
    """One kind of records in a hand-over: how many go to whom, and how many stay."""

    hand_over: Mapped[HandOver] = many2one(_("Hand-over"), on_delete="part_of", index=True, readonly=True)
    kind: Mapped[dict[str, str]] = translated(_("Records"), readonly=True)
    key: Mapped[str] = field(_("Kind"), readonly=True)
    open: Mapped[int] = field(_("To be handed over"), default=0, readonly=True)
    closed: Mapped[int] = field(
        _("Stay, as they are closed"), default=0, readonly=True,
        help=_("Closed records keep the name of who closed them."),
    )  # fmt: skip
    stays: Mapped[bool] = field(_("Stay with their owner"), default=False)
    successor: Mapped[User | None] = many2one(
        _("Successor"),
        default=None,
        to="base.user",
        help=_("Where none is chosen, the successor of the hand-over."),
    )
    moved: Mapped[int] = field(_("Handed over"), default=0, readonly=True)
