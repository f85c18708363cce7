"""What was open with a customer when the company began to keep the account here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.money import check_amount
from addons.crm_finance.states import POSTED
from core.api import Env, ValidationFailed, Where, _, company_currency, key_of, literal


def may_open(env: Any) -> Where:
    """Whoever may set opening balances."""
    from addons.crm_finance.models import Receivable

    allowed: Where = literal(env.can("set_opening", Receivable))
    return allowed


def set_opening_balance(
    env: Env,
    customer: Any,
    amount: Decimal,
    day: date,
    due_on: date | None,
    currency: str | None,
    exchange_rate: Decimal | None,
) -> None:
    """An instalment of what the customer owed, or a credit of what was owed to the customer; one for each currency."""
    code = currency or company_currency(env)
    check_amount(abs(amount), code)
    _refuse_second(env, customer, code)
    system = env.sudo(_("opening balance"))
    title = _("Opening balance").translate(env.language)
    if amount > 0:
        from addons.crm_finance.models import Receivable

        system.create(
            Receivable, title=title, kind="opening", customer=customer, currency=code, exchange_rate=exchange_rate,
            amount=amount, booked_on=day,
            due_on=due_on or day, owner=key_of(customer, "owner"),
        )  # fmt: skip
        return
    from addons.crm_finance.models import Receipt

    system.create(
        Receipt, kind="opening", state=POSTED, customer=customer, currency=code, exchange_rate=exchange_rate,
        amount=-amount, day=day,
        remarks=title, posted_at=env.now, owner=env.user_id or None,
    )  # fmt: skip


def _refuse_second(env: Env, customer: Any, code: str) -> None:
    from addons.crm_finance.models import Receipt, Receivable
    from addons.crm_finance.states import CANCELLED, REVERSED

    system = env.sudo(_("opening balance"))
    owed = (Receivable.customer == customer.id, Receivable.kind == "opening", Receivable.currency == code,
            Receivable.state != CANCELLED)  # fmt: skip
    credit = (Receipt.customer == customer.id, Receipt.kind == "opening", Receipt.currency == code,
              Receipt.state != REVERSED, Receipt.reverses.is_(None))  # fmt: skip
    if system.count(Receivable, *owed).value or system.count(Receipt, *credit).value:
        text = _(
            "There is an opening balance in {currency} already: please cancel or reverse it first.",
            currency=code,
        )
        raise ValidationFailed.at("amount", text)
