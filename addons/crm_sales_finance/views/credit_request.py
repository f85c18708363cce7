"""Requests for approval of credit: what waits, what was decided, and the figures of each."""

from addons.crm_sales_finance.models import CreditRequest
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    button,
    chain,
    group,
    header,
    month,
    notebook,
    or_,
    page,
    preset,
    show,
    statusbar,
    waiting_for_me,
)  # fmt: skip


def to_decide(env: Env) -> Where:
    """Those on which one may decide."""
    return waiting_for_me(env, CreditRequest)


def waiting(env: Env) -> Where:
    """Nobody has decided yet."""
    return CreditRequest.state == "waiting"


def mine(env: Env) -> Where:
    """Asked for by oneself, or for a document of one's own."""
    return or_(CreditRequest.asked_by == env.user_id, CreditRequest.owner == env.user_id)


class CreditRequestList(ListView[CreditRequest]):
    columns = [
        CreditRequest.title, CreditRequest.customer, CreditRequest.state, CreditRequest.amount, CreditRequest.excess,
        CreditRequest.overdue_days, CreditRequest.asked_by, CreditRequest.created_at,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("to_decide", _("To be decided by me"), to_decide, count=True),
        preset("waiting", _("Waiting"), waiting, default=True, count=True),
        preset("mine", _("My requests"), mine),
        preset("all", _("All credit approvals")),
    ]
    filters = [
        CreditRequest.state, CreditRequest.customer, CreditRequest.order, CreditRequest.owner, CreditRequest.asked_by,
        CreditRequest.decided_by, CreditRequest.created_at, CreditRequest.decided_at, CreditRequest.amount,
        CreditRequest.excess,
    ]  # fmt: skip
    groups = [
        CreditRequest.state, CreditRequest.customer, CreditRequest.owner, CreditRequest.decided_by,
        month(CreditRequest.created_at),
    ]  # fmt: skip
    actions = [CreditRequest.approve, CreditRequest.refuse, CreditRequest.withdraw]


class CreditRequestForm(FormView[CreditRequest]):
    layout = [
        header(
            button(CreditRequest.approve, style="primary"), button(CreditRequest.refuse),
            button(CreditRequest.withdraw), statusbar(CreditRequest.state),
        ),
        chain(CreditRequest.order, CreditRequest.delivery),
        group(
            _("What is asked"), CreditRequest.customer, CreditRequest.owner, CreditRequest.asked_by,
            CreditRequest.created_at, show(CreditRequest.reason, wide=True),
        ),
        group(
            _("Figures at that moment"), CreditRequest.amount, CreditRequest.excess, CreditRequest.credit_limit,
            CreditRequest.used, CreditRequest.overdue_since, CreditRequest.overdue_days, CreditRequest.days_allowed,
            key="figures",
        ),
        group(
            _("Decision"), CreditRequest.decided_by, CreditRequest.decided_at, CreditRequest.valid_until,
            show(CreditRequest.remark, wide=True), key="decision",
        ),
        notebook(
            page(
                _("Info"), CreditRequest.order, CreditRequest.delivery, CreditRequest.changed_at,
                CreditRequest.changed_by,
            )
        ),
    ]  # fmt: skip
