"""The tasks of one order (SALE-12, SALE-13)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from addons.crm_sales.models.order import Order
from addons.crm_sales.services import tasks
from addons.crm_sales.states import TASK_DONE, TASK_DROPPED, TASK_READY, TASK_RUNNING, TASK_WAITING
from core.api import (
    CompanyOwned,
    Mapped,
    State,
    User,
    _,
    action,
    arg,
    current_env,
    field,
    longtext,
    many2many,
    many2one,
    state_field,
    transition,
)  # fmt: skip


class ProcessTask(
    CompanyOwned, label=_("Process task"), plural=_("Process tasks"), display="name", ordered_by="sequence",
    icon="list-check", part_of="order", handed_over=("assignee",),
):  # fmt: skip
    """What is to be done for an order. It waits for the tasks before it and is to do when all of them are done."""

    order: Mapped[Order] = many2one(_("Sales order"), on_delete="part_of")
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    name: Mapped[str] = field(_("Task"), searchable=True, max_length=255)
    state: Mapped[State] = state_field(TASK_WAITING)
    assignee: Mapped[User | None] = many2one(_("Assignee"), default=None, tracked=True)
    days: Mapped[int] = field(_("Days it may take"), default=1, minimum=0, maximum=3650)
    due: Mapped[date | None] = field(_("Due"), default=None, sortable=True)
    after: Mapped[list["ProcessTask"]] = many2many(_("Begins after"))
    ready_at: Mapped[datetime | None] = field(_("To do since"), default=None, readonly=True)
    begun_at: Mapped[datetime | None] = field(_("Begun at"), default=None, readonly=True)
    done_at: Mapped[datetime | None] = field(_("Done at"), default=None, readonly=True)
    done_by: Mapped[User | None] = many2one(_("Done by"), default=None, readonly=True)
    result: Mapped[str | None] = longtext(_("Result"), default=None, readonly=True)

    @transition(TASK_WAITING, to=TASK_READY, label=_("To do"), automatic=True, many=True)
    def make_ready(
        records: Sequence["ProcessTask"], due: Annotated[date | None, arg(_("Due"), required=False)] = None
    ) -> None:
        """Nothing stands before them any more; who does them is told."""
        tasks.note_ready(current_env(), records, due)

    @transition(
        TASK_WAITING, TASK_READY, to=TASK_RUNNING, label=_("Start"), right="read", by=tasks.mine_or_of_my_orders,
        icon="player-play",
    )  # fmt: skip
    def begin(self) -> None:
        """Somebody works on it; the first one puts the order in fulfilment."""
        tasks.begin(current_env(), self)

    @transition(
        TASK_WAITING, TASK_READY, TASK_RUNNING, to=TASK_DONE, label=_("Done"), right="read",
        by=tasks.mine_or_of_my_orders, icon="check",
    )  # fmt: skip
    def finish(
        self, result: Annotated[str | None, arg(_("Result"), required=False, longtext=True)] = None
    ) -> None:
        """It is done; the tasks that waited for it are to do now, and those who do them are told."""
        tasks.finish(current_env(), self, result)

    @transition(
        TASK_WAITING, TASK_READY, TASK_RUNNING, to=TASK_DROPPED, label=_("Drop"), icon="trash", danger=True
    )  # fmt: skip
    def drop(
        self,
        reason: Annotated[
            str | None, arg(_("Reason (needed for a task that was begun)"), required=False, longtext=True)
        ] = None,
    ) -> None:
        """The order does without it; what waited for it goes on."""
        tasks.drop(current_env(), self, reason)

    @action(label=_("Assign"), icon="user-check")
    def assign(
        self,
        to: Annotated[User, arg(_("Assignee"))],
        due: Annotated[date | None, arg(_("Due"), required=False, default=lambda env, task: task.due)] = None,
    ) -> None:
        """Another person does it, who is told."""
        tasks.assign(current_env(), self, to, due)
