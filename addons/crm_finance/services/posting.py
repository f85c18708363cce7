"""Receipts count once they are posted, and are corrected by a document of the opposite amount only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.crm_finance.services import matching
from addons.crm_finance.services.money import check_amount
from addons.crm_finance.states import POSTED
from core.api import Env, StateForbids, ValidationFailed, Where, _, and_, func, key_of, select

if TYPE_CHECKING:
    from addons.crm_finance.models import Receipt


def unmatched(receipt: Any) -> Decimal:
    """What of a posted document belongs to nothing yet; neither drafts nor what was reversed have any."""
    is_posted = receipt.state is not None and receipt.state.code == "posted"
    if not is_posted or key_of(receipt, "reverses") is not None:
        return Decimal(0)
    used = (receipt.matched or Decimal(0)) + (receipt.refunded or Decimal(0))
    return (receipt.amount or Decimal(0)) - used


def unmatched_value(receipt: Any) -> Decimal:
    """The same in company currency; a refund that belongs to nothing yet takes from the customer's credit."""
    value: Decimal = (receipt.unmatched or Decimal(0)) * (receipt.exchange_rate or Decimal(0))
    return -value if receipt.kind == "refund" else value


def is_unmatched(receipt: Any) -> bool:
    """Whether something is to be matched."""
    return bool(receipt.unmatched)


def has_a_rest(env: Any) -> Where:
    """Something of it is to be matched."""
    from addons.crm_finance.models import Receipt

    return Receipt.is_unmatched.is_(True)


def can_be_refunded(env: Any) -> Where:
    """Money that came in and belongs to no instalment."""
    from addons.crm_finance.models import Receipt

    return and_(Receipt.is_unmatched.is_(True), Receipt.kind != "refund")


def is_no_reversal(env: Any) -> Where:
    """A reversal is not reversed again: the receipt is entered anew."""
    from addons.crm_finance.models import Receipt

    return Receipt.reverses.is_(None)


def post(env: Env, receipt: Receipt) -> None:
    """The document counts. Raises ValidationFailed at what is wrong with it."""
    check_amount(receipt.amount, receipt.currency)
    if receipt.day > env.today:
        raise ValidationFailed.at("day", _("This day lies in the future."))
    account: Any = receipt.account
    if account is not None and account.currency != receipt.currency:
        raise ValidationFailed.at(
            "account", _("This account is kept in {currency}.", currency=account.currency)
        )
    receipt.posted_at = env.now


def reverse(env: Env, receipt: Receipt, day: date, reason: str) -> Any:
    """The document of the opposite amount; what it paid is open again."""
    if day < receipt.day:
        raise ValidationFailed.at("day", _("It cannot be reversed before its own day."))
    if receipt.kind == "refund":
        _undo_refundings(env, receipt, reason)
    else:
        _undo_payments(env, receipt, reason)
    receipt.reversal_reason = reason
    return env.sudo(_("reversal of a receipt")).create(
        type(receipt), kind=receipt.kind, state=POSTED, customer=key_of(receipt, "customer"), day=day,
        currency=receipt.currency, exchange_rate=receipt.exchange_rate, amount=-receipt.amount,
        method=key_of(receipt, "method"), account=key_of(receipt, "account"), reference=receipt.reference,
        reverses=receipt, reversal_reason=reason, posted_at=env.now, owner=env.user_id or None,
    )  # fmt: skip


def _undo_payments(env: Env, receipt: Any, reason: str) -> None:
    from addons.crm_finance.models import Matching, Receivable

    system, cls = env.sudo(_("reversal of a receipt")), env.info(Matching).cls
    used = system.rows(
        select(cls.kind, cls.receivable_id, func.sum(cls.amount)).where(cls.receipt_id == receipt.id)
        .group_by(cls.kind, cls.receivable_id)
    )  # fmt: skip
    if any(kind == "refund" and amount for kind, _receivable, amount in used):
        raise StateForbids(
            _("Money of {number} was refunded: please reverse the refund first.", number=receipt.number)
        )
    paid = {key: amount for kind, key, amount in used if kind == "payment" and amount}
    if paid:
        locked = system.lock(Receivable, sorted(paid))
        rows = [matching.payment(receipt, one, -paid[one.id]) | {"reason": reason} for one in locked]
        matching.record(env, rows)


def _undo_refundings(env: Env, refund: Any, reason: str) -> None:
    from addons.crm_finance.models import Matching, Receipt

    system, cls = env.sudo(_("reversal of a refund")), env.info(Matching).cls
    used = {key: amount for key, amount in system.rows(
        select(cls.receipt_id, func.sum(cls.amount)).where(cls.refund_id == refund.id).group_by(cls.receipt_id)
    ) if amount}  # fmt: skip
    if used:
        locked = system.lock(Receipt, sorted(used))
        rows = [matching.refunding(one, refund, -used[one.id]) | {"reason": reason} for one in locked]
        matching.record(env, rows)
