"""Receipts, advances and refunds, and what they were matched with."""

from addons.crm_finance.models import CashAccount, Matching, Receipt
from addons.crm_finance.states import DRAFT, POSTED
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    and_,
    button,
    group,
    header,
    month,
    notebook,
    page,
    preset,
    related,
    statusbar,
)  # fmt: skip


def drafts(env: Env) -> Where:
    """Not posted yet."""
    return Receipt.state == DRAFT


def to_match(env: Env) -> Where:
    """Money that belongs to nothing yet."""
    return Receipt.is_unmatched.is_(True)


def this_month(env: Env) -> Where:
    """Posted, of this month."""
    return and_(Receipt.state == POSTED, env.condition(Receipt, "day", "eq", "this_month"))


def refunds(env: Env) -> Where:
    """Money that went back."""
    return Receipt.kind == "refund"


class ReceiptList(ListView[Receipt]):
    columns = [
        Receipt.number, Receipt.day, Receipt.customer, Receipt.state, Receipt.kind, Receipt.amount, Receipt.unmatched,
        Receipt.method, Receipt.account, Receipt.reference,
    ]  # fmt: skip
    order = "-day"
    presets = [
        preset("all", _("All receipts"), default=True),
        preset("drafts", _("Drafts"), drafts, count=True),
        preset("to_match", _("To be matched"), to_match, count=True),
        preset("month", _("This month"), this_month),
        preset("refunds", _("Refunds"), refunds),
    ]
    filters = [
        Receipt.state, Receipt.kind, Receipt.customer, Receipt.day, Receipt.method, Receipt.account, Receipt.currency,
        Receipt.amount, Receipt.owner, Receipt.is_unmatched,
    ]  # fmt: skip
    groups = [
        month(Receipt.day), Receipt.customer, Receipt.method, Receipt.account, Receipt.kind,
        Receipt.owner, Receipt.state,
    ]  # fmt: skip
    totals = [Receipt.value, Receipt.unmatched_value]
    actions = [Receipt.post, Receipt.match_oldest]


class ReceiptForm(FormView[Receipt]):
    layout = [
        header(
            button(Receipt.post, style="primary"), button(Receipt.match, style="primary"), button(Receipt.match_oldest),
            button(Receipt.refund_rest), button(Receipt.reverse), statusbar(Receipt.state),
        ),
        group(
            _("Receipt"), Receipt.kind, Receipt.customer, Receipt.day, Receipt.amount, Receipt.currency, Receipt.method,
            Receipt.account, Receipt.reference, Receipt.slip, Receipt.remarks,
        ),
        group(_("Matched"), Receipt.matched, Receipt.refunded, Receipt.unmatched, Receipt.value, key="matched"),
        notebook(
            page(
                _("Matched with"),
                related(
                    Receipt.matchings, order="-id", add=False,
                    columns=[Matching.day, Matching.kind, Matching.receivable, Matching.refund, Matching.amount,
                             Matching.reason],
                ),
                related(
                    Receipt.refundings, order="-id", add=False,
                    columns=[Matching.day, Matching.receipt, Matching.amount, Matching.reason],
                ),
            ),
            page(
                _("Info"), Receipt.number, Receipt.owner, Receipt.exchange_rate, Receipt.posted_at, Receipt.reverses,
                Receipt.reversal_reason,
                related(Receipt.reversed_by, add=False, columns=[Receipt.number, Receipt.day, Receipt.amount]),
                Receipt.created_at, Receipt.created_by, Receipt.changed_at, Receipt.changed_by,
            ),
        ),
    ]  # fmt: skip


class MatchingList(ListView[Matching]):
    columns = [
        Matching.day, Matching.kind, Matching.customer, Matching.receipt, Matching.receivable, Matching.refund,
        Matching.amount, Matching.undoes,
    ]  # fmt: skip
    order = "-id"
    filters = [
        Matching.kind,
        Matching.customer,
        Matching.receipt,
        Matching.receivable,
        Matching.day,
        Matching.currency,
    ]
    groups = [Matching.kind, Matching.customer, month(Matching.day)]
    actions = [Matching.undo]


class MatchingForm(FormView[Matching]):
    layout = [
        header(button(Matching.undo)),
        group(
            _("Matching"), Matching.kind, Matching.customer, Matching.receipt, Matching.receivable, Matching.refund,
            Matching.day, Matching.amount, Matching.currency, Matching.undoes, Matching.reason,
        ),
    ]  # fmt: skip


def in_use(env: Env) -> Where:
    """Accounts that are still used."""
    return CashAccount.active.is_(True)


class CashAccountList(ListView[CashAccount]):
    columns = [CashAccount.name, CashAccount.kind, CashAccount.currency, CashAccount.bank, CashAccount.active]
    presets = [preset("active", _("In use"), in_use, default=True), preset("all", _("All accounts"))]
    filters = [CashAccount.kind, CashAccount.currency, CashAccount.active]


class CashAccountForm(FormView[CashAccount]):
    layout = [
        group(
            _("Cash account"), CashAccount.name, CashAccount.kind, CashAccount.currency, CashAccount.bank,
            CashAccount.account_number, CashAccount.active,
        ),
    ]  # fmt: skip
