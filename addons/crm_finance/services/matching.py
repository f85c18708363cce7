"""Which money pays which instalment. Rows are locked, receipts before instalments, and looked at as they are then: of
two people who match the same money or the same instalment at once, the second is told what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.crm_finance.services.money import check_amount, shown
from core.api import Env, ValidationFailed, Where, _, aliased, and_, exists, func, key_of, select

if TYPE_CHECKING:
    from addons.crm_finance.models import Matching, Receipt, Receivable

Row = dict[str, Any]


def may_be_undone(env: Any) -> Where:
    """Payments and write-offs that were not undone yet."""
    from addons.crm_finance.models import Matching

    matching: Any = env.info(Matching).cls
    other: Any = aliased(matching)
    undone = exists(select(other.id).where(other.undoes_id == matching.id, other.deleted_at.is_(None)))
    return and_(matching.kind.in_(("payment", "write_off")), matching.amount > 0, ~undone)


def match(env: Env, receipt: Receipt, receivable: Receivable, amount: Decimal | None) -> None:
    """Pay one instalment with a receipt, or take back with a refund what was paid for it.

    Raises ValidationFailed at "receivable" where the two do not belong together, at "amount" where there is less.
    """
    from addons.crm_finance.models import Receivable

    instalment: Any = env.sudo(_("matching")).lock(Receivable, [receivable.id])[0]
    _check_pair(receipt, instalment)
    if receipt.kind == "refund":
        taken = _asked(amount, receipt, instalment, instalment.received)
        take_back(env, receipt, instalment, taken)
    else:
        taken = _asked(amount, receipt, instalment, instalment.open_amount)
        record(env, [payment(receipt, instalment, taken)])


def _check_pair(receipt: Any, instalment: Any) -> None:
    if key_of(receipt, "customer") != key_of(instalment, "customer"):
        raise ValidationFailed.at("receivable", _("This instalment is another customer's."))
    if receipt.currency != instalment.currency:
        text = _("The instalment is in {currency}, the receipt is not.", currency=instalment.currency)
        raise ValidationFailed.at("receivable", text)


def _asked(amount: Decimal | None, receipt: Any, instalment: Any, fits: Decimal) -> Decimal:
    """The amount to be matched, once it is known that both sides have it."""
    money = receipt.currency
    if not receipt.unmatched:
        raise ValidationFailed.at("amount", _("Nothing is left to match of {number}.", number=receipt.number))
    if not fits:
        text = (
            _("Nothing was received for “{title}”.", title=instalment.title) if receipt.kind == "refund"
            else _("Nothing is open of “{title}” any more.", title=instalment.title)
        )  # fmt: skip
        raise ValidationFailed.at("receivable", text)
    taken = min(receipt.unmatched, fits) if amount is None else amount
    check_amount(taken, money)
    if taken > receipt.unmatched:
        left = shown(receipt.unmatched, money)
        raise ValidationFailed.at(
            "amount", _("Only {left} of {number} is left.", left=left, number=receipt.number)
        )
    if taken > fits:
        left = shown(fits, money)
        raise ValidationFailed.at(
            "amount", _("Only {left} is possible for “{title}”.", left=left, title=instalment.title)
        )
    return taken


def match_oldest(env: Env, receipt: Receipt) -> None:
    """Use the money where it is due first; a refund takes it from the oldest advances and unmatched receipts."""
    rest = receipt.unmatched
    if not rest:
        raise ValidationFailed.at("amount", _("Nothing is left to match of {number}.", number=receipt.number))
    if receipt.kind == "refund":
        rows = []
        for credit in _open_credits(env, receipt):
            taken = min(rest, credit.unmatched)
            rows += [refunding(credit, receipt, taken)] if taken else []
            rest -= taken
    else:
        rows = share_out(receipt, open_instalments(env, receipt), rest)
    if not rows:
        raise ValidationFailed.at("amount", _("There is nothing open of this customer in {currency}.",
                                              currency=receipt.currency))  # fmt: skip
    record(env, rows)


def share_out(receipt: Any, instalments: Iterable[Any], rest: Decimal) -> list[Row]:
    """Payments for the instalments in their order, until the money is used up."""
    rows = []
    for one in instalments:
        taken = min(rest, one.open_amount)
        if taken > 0:
            rows.append(payment(receipt, one, taken))
            rest -= taken
    return rows


def open_instalments(env: Env, receipt: Any) -> list[Any]:
    """What is open of the receipt's customer and currency, locked, the oldest due first."""
    from addons.crm_finance.models import Receivable

    system = env.sudo(_("matching"))
    ids = system.scalars(
        select(Receivable.id).where(
            Receivable.customer == key_of(receipt, "customer"), Receivable.is_open.is_(True),
            Receivable.currency == receipt.currency,
        )
    )  # fmt: skip
    return sorted(system.lock(Receivable, ids), key=lambda one: (one.due_on, one.id))


def _open_credits(env: Env, refund: Any) -> list[Any]:
    from addons.crm_finance.models import Receipt

    system = env.sudo(_("matching"))
    ids = system.scalars(
        select(Receipt.id).where(
            Receipt.customer == key_of(refund, "customer"), Receipt.is_unmatched.is_(True), Receipt.kind != "refund",
            Receipt.currency == refund.currency,
        )
    )  # fmt: skip
    return sorted(system.lock(Receipt, ids), key=lambda one: (one.day, one.id))


def take_back(env: Env, refund: Any, instalment: Any, amount: Decimal) -> None:
    """Free so much of what was paid for an instalment, the newest receipts first, and let the refund take it."""
    from addons.crm_finance.models import Receipt

    held = paid_by(env, instalment)
    receipts = env.sudo(_("matching")).lock(Receipt, sorted(held))
    rows: list[Row] = []
    for one in sorted(receipts, key=lambda one: -one.id):
        taken = min(amount, held[one.id])
        if taken > 0:
            rows += [payment(one, instalment, -taken), refunding(one, refund, taken)]
            amount -= taken
    record(env, rows)


def paid_by(env: Env, instalment: Any) -> dict[int, Decimal]:
    """What each receipt pays of an instalment now, by the id of the receipt."""
    from addons.crm_finance.models import Matching

    system, cls = env.sudo(_("matching")), env.info(Matching).cls
    found = system.rows(
        select(cls.receipt_id, func.sum(cls.amount)).where(cls.receivable_id == instalment.id, cls.kind == "payment")
        .group_by(cls.receipt_id)
    )  # fmt: skip
    return {key: amount for key, amount in found if amount}


def payment(receipt: Any, instalment: Any, amount: Decimal) -> Row:
    """So much of a receipt pays an instalment; with a minus it does not any more."""
    return _row("payment", receipt, amount) | {"receipt": receipt.id, "receivable": instalment.id}


def refunding(receipt: Any, refund: Any, amount: Decimal) -> Row:
    """So much of a receipt goes back to the customer with a refund."""
    return _row("refund", receipt, amount) | {"receipt": receipt.id, "refund": refund.id}


def loss(instalment: Any, amount: Decimal, reason: str) -> Row:
    """So much of an instalment is not expected any more."""
    return _row("write_off", instalment, amount) | {"receivable": instalment.id, "reason": reason}


def _row(kind: str, of: Any, amount: Decimal) -> Row:
    return {"kind": kind, "customer": key_of(of, "customer"), "currency": of.currency, "amount": amount}


def record(env: Env, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write matchings down: one statement, and one for the totals of each side, however many they are."""
    from addons.crm_finance.models import Matching

    env.sudo(_("matching")).create_many(Matching, rows)


def undo(env: Env, matchings: Sequence[Matching], reason: str) -> None:
    """Take matchings back by others of the opposite amount, as far as they were not taken back before."""
    from addons.crm_finance.models import Matching, Receipt, Receivable

    system = env.sudo(_("matching"))
    _lock(system, Receipt, matchings, "receipt")
    _lock(system, Receivable, matchings, "receivable")
    ids = [one.id for one in matchings]
    if system.count(Matching, Matching.undoes.in_(ids)).value:
        raise ValidationFailed.at("reason", _("It was undone already."))
    for one in matchings:
        _check_rest(system, one)
    record(env, [
        {"kind": one.kind, "customer": key_of(one, "customer"), "currency": one.currency, "amount": -one.amount,
         "receipt": key_of(one, "receipt"), "receivable": key_of(one, "receivable"), "reason": reason,
         "undoes": one.id}
        for one in matchings
    ])  # fmt: skip


def _lock(system: Env, model: Any, matchings: Sequence[Any], name: str) -> None:
    ids = {key for one in matchings if (key := key_of(one, name)) is not None}
    if ids:
        system.lock(model, sorted(ids))


def _check_rest(system: Env, matching: Any) -> None:
    """A payment of which a refund or a reversal took a part already cannot be undone as a whole."""
    from addons.crm_finance.models import Matching

    if matching.kind != "payment":
        return
    cls = system.info(Matching).cls
    now = system.scalars(
        select(func.sum(cls.amount)).where(
            cls.receipt_id == matching.receipt_id, cls.receivable_id == matching.receivable_id
        )
    )[0]
    if now < matching.amount:
        raise ValidationFailed.at(
            "reason", _("A part of it was refunded or released already: only {left} of it holds.",
                        left=shown(now, matching.currency)),
        )  # fmt: skip
