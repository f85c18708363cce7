"""Asking customers to pay: to-dos for the salespeople, and what the customers answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from addons.crm_base.models import Activity, Task
from addons.crm_base.models.task import assigned_to_me
from addons.crm_base.states import CARRIED_OUT, OPEN_TASK_STATES, TASK_ASSIGNED
from addons.crm_finance.services.money import shown
from core.api import Env, Option, ValidationFailed, Where, _, exists, key_of, literal, select

if TYPE_CHECKING:
    from addons.crm_finance.models import Receivable

_BATCH: Final = 1000


def may_collect(env: Any) -> Where:
    """Whoever sees the receivable may write down a contact, if the role makes activities at all."""
    allowed: Where = literal(env.can("create", Activity))
    return allowed


def has_no_to_do(env: Any) -> Where:
    """No open task collects it."""
    from addons.crm_finance.models import Receivable

    task: Any = env.info(Task).cls
    here = select(task.id).where(task.receivable_id == Receivable.id, task.state.in_(OPEN_TASK_STATES))
    return ~exists(here.where(task.deleted_at.is_(None)))


def remind(env: Env, instalments: Sequence[Receivable], due: date, note: str | None) -> None:
    """A task for the salesperson of each instalment that has no open one yet."""
    if not _make_tasks(env, instalments, due, note):
        raise ValidationFailed.at("due", _("There are open collection to-dos for all of them already."))


def remind_before_due(env: Env) -> int:
    """The same by itself, once for each instalment, as many days before the due date as the company says."""
    from addons.crm_finance.models import FinanceCompany, Receivable

    days: int | None = env.get(FinanceCompany, env.company_id).collection_days
    if days is None:
        return 0
    asked = (
        Receivable.is_open.is_(True), Receivable.due_on <= env.today + timedelta(days=days),
        Receivable.reminded_on.is_(None), Receivable.owner.is_not(None),
    )  # fmt: skip
    made = 0
    while found := env.search(Receivable, *asked, order="due_on", limit=_BATCH):
        with env.granting(found, "remind"):
            made += _make_tasks(env, found, env.today, None)
    return made


def _make_tasks(env: Env, instalments: Sequence[Any], due: date, note: str | None) -> int:
    """Tasks, and one notice for each salesperson. All instalments are marked, so that nobody is told twice."""
    system = env.sudo(_("collection to-dos"))
    task: Any = system.info(Task).cls
    ids = [one.id for one in instalments]
    has_one = set(system.scalars(
        select(task.receivable_id).where(task.receivable_id.in_(ids), task.state.in_(OPEN_TASK_STATES))
    ))  # fmt: skip
    without = [one for one in instalments if one.id not in has_one]
    kind = system.first(Option, Option.list_code == "crm_base.task_kind", Option.code == "collection")
    system.create_many(Task, [_task(env, one, kind, due, note) for one in without])
    for one in instalments:
        one.reminded_on = env.today
    _tell(env, without)
    return len(without)


def _task(env: Env, one: Any, kind: Any, due: date, note: str | None) -> dict[str, Any]:
    owner = key_of(one, "owner") or env.user_id or None
    text = _("Collect {amount}: {title}", amount=shown(one.open_amount, one.currency), title=one.title)
    return {
        "subject": text.translate(env.language)[:255], "kind": kind, "assignee": owner,
        "owner": env.user_id or owner, "due": due, "customer": key_of(one, "customer"), "receivable": one.id,
        "description": note, "state": TASK_ASSIGNED,
    }  # fmt: skip


def _tell(env: Env, instalments: Sequence[Any]) -> None:
    of_user: dict[int, list[Any]] = {}
    for one in instalments:
        owner = key_of(one, "owner")
        if owner is not None and owner != env.user_id:
            of_user.setdefault(owner, []).append(one)
    for user, theirs in of_user.items():
        text = _("Please collect “{title}”.", title=theirs[0].title)
        if len(theirs) > 1:
            text = _("Please collect {n} receivables: see your tasks.", n=len(theirs))
        env.notify([user], text, theirs[0] if len(theirs) == 1 else None)


def record_contact(
    env: Env, instalment: Receivable, kind: Any, outcome: str, remark: str, promised_on: date | None
) -> None:
    """An activity at the customer's, the result at the instalment; the caller's to-do is done with it."""
    if not instalment.is_open:
        raise ValidationFailed.at(
            "outcome", _("Nothing is open of “{title}” any more.", title=instalment.title)
        )
    if outcome == "promised" and promised_on is None:
        raise ValidationFailed.at("promised_on", _("Please say for which day payment was promised."))
    if promised_on is not None and promised_on < env.today:
        raise ValidationFailed.at("promised_on", _("This day has passed."))
    instalment.collection_result, instalment.promised_on = outcome, promised_on
    env.create(
        Activity, subject=instalment.title, kind=kind, customer=key_of(instalment, "customer"),
        receivable=instalment, collection_result=outcome, result=remark, state=CARRIED_OUT,
    )  # fmt: skip
    here = env.condition(Task, "receivable", "eq", str(instalment.id))
    mine: list[Any] = env.search(Task, here, assigned_to_me(env), Task.state.in_(OPEN_TASK_STATES))
    env.run(Task.report_done, mine, result=remark)
