"""What waits until somebody who may has decided: a request for approval, asked for, approved, refused or withdrawn.

    class CreditRequest(CompanyOwned, Tracked, ApprovalRequest, label=…):      what is asked, with the figures of then
        def check_still_asked(self) -> None: …                                 refuses what has gone on meanwhile

    grant(ACCOUNTANT, CreditRequest, "read approve")                           who decides: a right like any other
    ask_for_approval(env, CreditRequest, reason, owner=…, order=…, excess=…)   whoever may decide is told
    approved(env, CreditRequest, CreditRequest.order.in_(ids))                 what may go on now

An addon declares a model of its own for each thing to be approved, so that the request has its fields, its rights and
the wall of its company, rests while the addon is off and is there again afterwards. The step that is stopped names the
step that asks as a way out of its refusal: `UserError.ways_out`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

from sqlalchemy import and_, or_, select, true
from sqlalchemy.orm import Mapped

from core.auth.mixins import Owned
from core.auth.models.user import User
from core.auth.who_may import who_may
from core.errors import ValidationFailed
from core.i18n import LazyString, _
from core.orm.column_types import State
from core.orm.context import current_env
from core.orm.fields import field, key_of, longtext, many2one, state_field
from core.orm.methods import Where, arg, transition

if TYPE_CHECKING:
    from core.orm.env import Env

WAITING: Final = State("waiting", _("Waiting"), colour="orange")
APPROVED: Final = State("approved", _("Approved"), colour="green")
REFUSED: Final = State("refused", _("Refused"), final=True, colour="red")
WITHDRAWN: Final = State("withdrawn", _("Withdrawn"), final=True)


def of_others(env: Any, *people: Any) -> Where:
    """None of these people is the caller, or who acts for somebody as the caller."""
    me = [key for key in {env.user_id, env.real_user_id} if key]
    return and_(*(or_(one.is_(None), one.not_in(me)) for one in people))


def others_requests(env: Any, model: Any) -> Where:
    """Nobody decides on what they have asked for themselves or what belongs to them, unless the company says so."""
    return true() if model.decides_on_own(env) else of_others(env, model.asked_by_id, model.owner_id)


def own_requests(env: Any, model: Any) -> Where:
    """Whoever asked, and whoever it is asked for."""
    return or_(model.asked_by_id == env.user_id, model.owner_id == env.user_id)


class ApprovalRequest(Owned, mixin=True):
    """A request that somebody decides on. A model adds what it is about, and may say more by the methods below."""

    state: Mapped[State] = state_field(WAITING)
    asked_by: Mapped[User | None] = many2one(_("Asked by"), default=None, to="base.user", readonly=True)
    reason: Mapped[str] = longtext(_("Reason"), readonly=True)
    decided_by: Mapped[User | None] = many2one(_("Decided by"), default=None, to="base.user", readonly=True)
    decided_at: Mapped[datetime | None] = field(_("Decided at"), default=None, readonly=True, sortable=True)
    remark: Mapped[str | None] = longtext(_("Remark"), default=None, readonly=True, tracked=True)
    valid_until: Mapped[date | None] = field(_("Approved until"), default=None, readonly=True, sortable=True)

    @transition(
        WAITING, to=APPROVED, label=_("Approve"), right="approve", by=others_requests, icon="circle-check"
    )
    def approve(
        self, remark: Annotated[str | None, arg(_("Remark"), required=False, longtext=True)] = None
    ) -> None:
        """It may go on as it was asked for; whoever asked is told."""
        env = current_env()
        self.check_still_asked()
        days = self.valid_days(env)
        self.valid_until = env.today + timedelta(days=days) if days is not None else None
        _decide(env, self, remark, _("{kind} {name} was approved.", **_named(env, self)))

    @transition(
        WAITING, to=REFUSED, label=_("Refuse"), right="approve", by=others_requests, icon="x", danger=True
    )
    def refuse(self, remark: Annotated[str, arg(_("Reason of the refusal"), longtext=True)]) -> None:
        """It does not go on in this way; whoever asked is told why."""
        env = current_env()
        text = _("{kind} {name} was refused: {remark}", **_named(env, self), remark=remark)
        _decide(env, self, remark, text)

    @transition(WAITING, to=WITHDRAWN, label=_("Withdraw"), right="read", by=own_requests, icon="arrow-back")
    def withdraw(
        self, remark: Annotated[str | None, arg(_("Remark"), required=False, longtext=True)] = None
    ) -> None:
        """Nothing is asked for any more."""
        self.remark = remark

    def check_still_asked(self) -> None:
        """Raise StateForbids where what is asked for has gone on or grown since: an approval would lead nowhere."""

    @classmethod
    def decides_on_own(cls, env: Any) -> bool:
        """Whether people may decide on their own requests; usually nobody may."""
        return False

    @classmethod
    def valid_days(cls, env: Any) -> int | None:
        """For how many days an approval is good; None for ever."""
        return None


def _named(env: Env, request: Any) -> dict[str, Any]:
    return {"kind": env.info(request).label, "name": str(request)}


def _decide(env: Env, request: Any, remark: str | None, told: LazyString) -> None:
    request.decided_by_id, request.decided_at = env.user_id or None, env.now.astimezone(UTC)
    request.remark = remark
    people = {key_of(request, "asked_by"), key_of(request, "owner")} - {None, env.user_id}
    env.notify(people, told, request)


def ask_for_approval(env: Env, model: Any, reason: str, **values: Any) -> Any:
    """A new request of the caller; everybody who may decide on it is told. Raises ValidationFailed where nobody may."""
    system = env.sudo(_("request for approval"))
    made = system.create(model, asked_by=env.user_id or None, reason=reason, **values)
    people = who_may(env, made, model.approve)
    if not people:
        nobody = _("Nobody may approve this. An administrator can give somebody the right “Approve” for it.")
        raise ValidationFailed({"": [nobody]})
    env.notify(people, _("{kind} {name} waits for your decision.", **_named(env, made)), made)
    return made


def approved(env: Env, model: Any, *where: Where) -> list[Any]:
    """The requests that are approved and good today, the latest first."""
    cls = env.info(model).cls
    good = or_(cls.valid_until.is_(None), cls.valid_until >= env.today)
    system = env.sudo(_("request for approval"))
    return system.scalars(select(cls).where(cls.state == APPROVED, good, *where).order_by(cls.id.desc()))


def waiting_for_me(env: Env, requests: Any) -> Where:
    """Requests of a model on which the caller may decide."""
    cls = env.info(requests).cls
    theirs = cls.id.in_(env.within_reach(requests, "approve"))
    return and_(cls.state == WAITING, theirs, others_requests(env, cls))


def end_requests(env: Env, model: Any, remark: LazyString, *where: Where) -> None:
    """Withdraw what still waits, because nothing is asked for any more. Decisions that come at once win or wait."""
    system = env.sudo(_("request for approval"))
    cls = system.info(model).cls
    waiting = system.scalars(select(cls).where(cls.state == WAITING, *where))
    still = [one for one in system.lock(waiting) if one.state == WAITING]
    system.run(model.withdraw, still, remark=remark.translate(env.language))
