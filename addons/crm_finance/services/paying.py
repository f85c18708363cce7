"""Money that comes in or goes back in one step: document, posting and matching together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.crm_finance.services import matching
from addons.crm_finance.services.money import check_amount, shown
from core.api import Env, ValidationFailed, _, key_of

if TYPE_CHECKING:
    from addons.crm_finance.models import Receipt, Receivable


def receive(
    env: Env, instalments: Sequence[Receivable], day: date, method: Any, amount: Decimal | None, account: Any,
    reference: str | None,
) -> list[Receipt]:  # fmt: skip
    """A posted receipt for instalments of one customer and currency; the caller has locked them.

    What is more than their open amounts is refused: an advance is a receipt of its own.
    """
    ordered = sorted(instalments, key=lambda one: (one.due_on, one.id))
    first = ordered[0]
    _check_one_account(ordered)
    most = sum((one.open_amount for one in ordered), Decimal(0))
    if not most:
        raise ValidationFailed.at("amount", _("Nothing is open of “{title}” any more.", title=first.title))
    asked = most if amount is None else amount
    check_amount(asked, first.currency)
    if asked > most:
        text = _("Only {left} is open. Please enter what is more as an advance receipt.",
                 left=shown(most, first.currency))  # fmt: skip
        raise ValidationFailed.at("amount", text)
    receipt = _posted(env, "receipt", first, asked, day, method, account, {"reference": reference})
    matching.record(env, matching.share_out(receipt, ordered, asked))
    return [receipt]


def _check_one_account(instalments: Sequence[Any]) -> None:
    if len({(key_of(one, "customer"), one.currency) for one in instalments}) > 1:
        text = _("One receipt pays instalments of one customer and one currency.")
        raise ValidationFailed.at("amount", text)


def refund_instalment(
    env: Env, instalment: Receivable, amount: Decimal, day: date, method: Any, reason: str, account: Any
) -> Receipt:
    """A posted refund of what was received for an instalment."""
    check_amount(amount, instalment.currency)
    if amount > instalment.received:
        left = shown(instalment.received, instalment.currency)
        raise ValidationFailed.at("amount", _("Only {left} was received for it.", left=left))
    refund: Receipt = _posted(env, "refund", instalment, amount, day, method, account, {"remarks": reason})
    matching.take_back(env, refund, instalment, amount)
    return refund


def refund_rest(
    env: Env, receipt: Receipt, amount: Decimal, day: date, method: Any, reason: str, account: Any
) -> Receipt:
    """A posted refund of what of a receipt belongs to no instalment."""
    check_amount(amount, receipt.currency)
    if amount > receipt.unmatched:
        left = shown(receipt.unmatched, receipt.currency)
        raise ValidationFailed.at(
            "amount", _("Only {left} of {number} is left.", left=left, number=receipt.number)
        )
    refund: Receipt = _posted(env, "refund", receipt, amount, day, method, account, {"remarks": reason})
    matching.record(env, [matching.refunding(receipt, refund, amount)])
    return refund


def _posted(
    env: Env, kind: str, of: Any, amount: Decimal, day: date, method: Any, account: Any, more: dict[str, Any]
) -> Any:
    """A document of the same customer and currency, made and posted by the right of the step that runs."""
    from addons.crm_finance.models import Receipt

    system = env.sudo(_("receipt of a step"))
    receipt = system.create(
        Receipt, kind=kind, customer=key_of(of, "customer"), currency=of.currency, exchange_rate=of.exchange_rate,
        amount=amount, day=day,
        method=method, account=account, owner=env.user_id or None, **more,
    )  # fmt: skip
    system.run(Receipt.post, [receipt])
    return receipt
