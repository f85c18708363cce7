"""Approvals of credit: asked for when an order or a delivery is stopped, and what they let through (FIN-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from addons.crm_base.models import Customer
from addons.crm_finance.services.money import shown
from addons.crm_sales.models import Delivery, Order
from addons.crm_sales.states import DELIVERY_DRAFT, DRAFT
from core.api import (
    Company,
    Env,
    LazyString,
    StateForbids,
    Where,
    _,
    and_,
    approved,
    ask_for_approval,
    company_currency,
    end_requests,
    key_of,
    literal,
    of_others,
    or_,
    select,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_sales_finance.models import CreditRequest
    from addons.crm_sales_finance.services.cases import Case, Stop


def orders_on_terms(env: Any) -> Where:
    """Orders of customers with credit terms."""
    return Order.customer.in_(_customers_on_terms(env))


def deliveries_on_terms(env: Any) -> Where:
    """Deliveries to customers with credit terms."""
    return Delivery.customer.in_(_customers_on_terms(env))


def orders_of_others(env: Any) -> Where:
    """Orders of other people, unless the company lets people decide on their own."""
    return literal(True) if own_may_be_decided(env) else of_others(env, env.info(Order).cls.owner_id)


def own_may_be_decided(env: Any) -> bool:
    """Whether the company lets people decide on their own requests; not where no company is asked for."""
    if not env.company_id:
        return False
    company: Any = env.sudo(_("settings of the company")).get(Company, env.company_id)
    return bool(company.credit_own_approval)


def _customers_on_terms(env: Any) -> Any:
    cls = env.info(Customer).cls
    return select(cls.id).where(or_(cls.credit_limit.is_not(None), cls.overdue_days_allowed.is_not(None)))


def approvals_of(env: Env, stops: Sequence[Stop]) -> list[CreditRequest | None]:
    """For each of the stops the approval that lifts it."""
    good = _requests(env, stops, is_approved=True) if stops else []
    return [next((one for one in good if fits(one, stop)), None) for stop in stops]


def fits(request: CreditRequest, stop: Stop) -> bool:
    """Whether the request is about this document, or about its order, and about no less than is needed now."""
    case, standing = stop.case, stop.standing
    if key_of(request, "order") != case.order or key_of(request, "delivery") not in (None, case.delivery):
        return False
    since = standing.overdue_since
    is_no_older = since is None or (request.overdue_since is not None and since >= request.overdue_since)
    return is_no_older and case.amount <= request.amount and standing.excess <= request.excess


def waiting_for(env: Env, stops: Sequence[Stop]) -> list[CreditRequest]:
    """The requests for these documents that nobody has decided on."""
    return _requests(env, stops, is_approved=False)


def _requests(env: Env, stops: Sequence[Stop], *, is_approved: bool) -> list[CreditRequest]:
    from addons.crm_sales_finance.models import CreditRequest

    of_orders = CreditRequest.order.in_(sorted({one.case.order for one in stops}))
    if is_approved:
        return approved(env, CreditRequest, of_orders)
    system = env.sudo(_("request for approval"))
    return system.scalars(select(CreditRequest).where(CreditRequest.state == "waiting", of_orders))


def ask_for_order(env: Env, order: Any, reason: str) -> Any:
    """A request to confirm the order although the credit does not suffice."""
    from addons.crm_sales_finance.services.cases import cases_of_orders

    return _ask(env, cases_of_orders([order])[0], order, reason)


def ask_for_delivery(env: Env, delivery: Any, reason: str) -> Any:
    """A request to ship although the credit does not suffice."""
    case, order = _case_of_delivery(env, delivery)
    return _ask(env, case, order, reason)


def _case_of_delivery(env: Env, delivery: Any) -> tuple[Case, Any]:
    from addons.crm_sales_finance.services.cases import cases_of_deliveries

    order = env.sudo(_("credit of deliveries")).get(Order, key_of(delivery, "order") or 0)
    return cases_of_deliveries(env, [delivery], [order])[0], order


def _ask(env: Env, case: Case, order: Any, reason: str) -> Any:
    from addons.crm_sales_finance.models import CreditRequest
    from addons.crm_sales_finance.services.cases import stops_of

    stops = stops_of(env, [case])
    if not stops or approvals_of(env, stops)[0] is not None:
        raise StateForbids(
            _("Nothing has to be approved: the credit suffices for {number}.", number=case.number)
        )
    standing = stops[0].standing
    waiting = [one for one in waiting_for(env, stops) if key_of(one, "delivery") == case.delivery]
    if any(fits(one, stops[0]) for one in waiting):
        raise StateForbids(_("An approval for {number} was asked for already and waits.", number=case.number))
    outgrown = _("It was asked for again, with other figures.")
    end_requests(env, CreditRequest, outgrown, CreditRequest.id.in_([one.id for one in waiting]))
    return ask_for_approval(
        env, CreditRequest, reason, title=case.number, owner=key_of(order, "owner"), customer=case.customer,
        order=case.order, delivery=case.delivery, amount=case.amount, credit_limit=standing.limit,
        used=standing.used, excess=standing.excess, overdue_since=standing.overdue_since,
        overdue_days=standing.overdue_days, days_allowed=standing.days_allowed,
    )  # fmt: skip


def rename_requests(env: Env, model: type[Any], names: Mapping[int, tuple[str, str]]) -> None:
    """Requests for documents that are called otherwise now; those of a delivery are called like it."""
    from addons.crm_sales_finance.models import CreditRequest

    if not names:
        return
    is_order = env.info(model) is env.info(Order)
    about = CreditRequest.order if is_order else CreditRequest.delivery
    system = env.sudo(_("final numbers"))
    of_orders = [CreditRequest.delivery.is_(None)] if is_order else []
    found = system.scalars(select(CreditRequest).where(about.in_(list(names)), *of_orders))
    with system.granting(found, "number"):
        for one in found:
            one.title = names[key_of(one, about) or 0][1]


def check_still_asked(env: Env, request: Any) -> None:
    """An approval of what was confirmed, shipped or cancelled meanwhile, or has grown, would lead nowhere."""
    from addons.crm_sales_finance.services.cases import cases_of_orders

    system = env.sudo(_("request for approval"))
    key = key_of(request, "delivery")
    if key is None:
        document: Any = system.get(Order, key_of(request, "order") or 0)
        case = cases_of_orders([document])[0]
    else:
        document = system.get(Delivery, key)
        case, _order = _case_of_delivery(env, document)
    if document.state not in (DRAFT, DELIVERY_DRAFT):
        raise StateForbids(_(
            "{number} is in the state “{state}” by now: nothing is to be approved any more.",
            number=case.number, state=document.state.label,
        ))  # fmt: skip
    if case.amount > request.amount:
        code = company_currency(env)
        raise StateForbids(_(
            "{number} has grown from {then} to {now} since this was asked for: it has to be asked for again.",
            number=case.number, then=shown(request.amount, code), now=shown(case.amount, code),
        ))  # fmt: skip


def end_waiting(
    env: Env, remark: LazyString, *, orders: Sequence[int], deliveries: Sequence[int] | None
) -> None:
    """Nothing is asked for any more: of these orders themselves, or of these deliveries of theirs, or (None) at all."""
    from addons.crm_sales_finance.models import CreditRequest

    where = [CreditRequest.order.in_(list(orders))]
    if deliveries is not None:
        where.append(
            CreditRequest.delivery.in_(list(deliveries)) if deliveries else CreditRequest.delivery.is_(None)
        )
    end_requests(env, CreditRequest, remark, *where)


def end_outdated(env: Env) -> None:
    """Withdraw what waits for orders and deliveries that are no drafts any more."""
    from addons.crm_sales_finance.models import CreditRequest

    order, delivery = env.info(Order).cls, env.info(Delivery).cls
    firm = select(order.id).where(order.state != DRAFT)
    gone = select(delivery.id).where(delivery.state != DELIVERY_DRAFT)
    of_order = and_(CreditRequest.delivery.is_(None), CreditRequest.order.in_(firm))
    remark = _("It went on without an approval.")
    end_requests(env, CreditRequest, remark, or_(of_order, CreditRequest.delivery.in_(gone)))
