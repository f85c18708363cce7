"""Quotes: sent, accepted or declined, in versions, and made into contracts and orders (SALE-01, P5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any, Final

from addons.crm_sales.hookspecs import quote_accepted
from addons.crm_sales.services.ordering import copied
from addons.crm_sales.services.people import tell_owners
from addons.crm_sales.states import OPEN_QUOTE_STATES, QUOTE_ACCEPTED
from core.api import Env, ValidationFailed, _, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Contract, Order, Quote

VALID_FOR: Final = timedelta(days=30)


def proposed_validity(env: Env) -> date:
    """Quotes hold for a month, unless another day is given."""
    return env.today + VALID_FOR


def approve(env: Env, quotes: Sequence[Quote]) -> None:
    """Whoever wrote them may send them now."""
    _refuse_empty(env, quotes)
    tell_owners(env, quotes, _("The quote {number} was approved."), _("{n} of your quotes were approved."))


def mark_sent(env: Env, quotes: Sequence[Quote]) -> None:
    """From now on the customer may rely on them."""
    _refuse_empty(env, quotes)
    for quote in quotes:
        quote.sent_at = env.now.astimezone(UTC)


def accept(env: Env, quotes: Sequence[Quote]) -> None:
    """The customer agrees. A quote whose day has passed is prolonged first."""
    _refuse_empty(env, quotes)
    for quote in quotes:
        if quote.valid_until < env.today:
            text = _("The quote {number} was valid until {day}.", number=quote.number, day=quote.valid_until)
            refusal = ValidationFailed({"": [text]})
            refusal.ways_out = [(type(quote).prolong, quote)]
            raise refusal
        quote.decided_on, quote.state = env.today, QUOTE_ACCEPTED
    env.flush("accept")
    quote_accepted(env=env, quotes=quotes)
    tell_owners(env, quotes, _("The quote {number} was accepted."), _("{n} of your quotes were accepted."))


def prolong(env: Env, quotes: Sequence[Quote], until: date) -> None:
    """They hold until a later day, at the prices that the customer has."""
    for quote in quotes:
        if until < env.today or until <= quote.valid_until:
            text = _("The quote {number} is to be prolonged: please give a day after {day}.",
                     number=quote.number, day=max(quote.valid_until, env.today - timedelta(days=1)))  # fmt: skip
            raise ValidationFailed.at("until", text)
        quote.valid_until = until


def redraft(env: Env, quote: Quote) -> None:
    """A new last day is proposed, lest it expires again tonight."""
    quote.valid_until = max(quote.valid_until, proposed_validity(env))


def decline(env: Env, quotes: Sequence[Quote], reason: str) -> None:
    """The customer does not want it."""
    for quote in quotes:
        quote.decided_on, quote.decline_reason = env.today, reason


def new_version(env: Env, quote: Quote) -> Any:
    """A draft that begins with what this one says, under its number with the number of the version."""
    number = quote.version_number + 1
    first = quote.number.partition("/")[0]
    return _copied_quote(env, quote, number=f"{first}/{number}", version_number=number, previous=quote)


def copy_quote(env: Env, quote: Quote) -> Any:
    """A draft of its own."""
    return _copied_quote(env, quote)


def _copied_quote(env: Env, quote: Quote, **values: Any) -> Any:
    from addons.crm_sales.models import QuoteLine

    return copied(
        env, quote, QuoteLine, type(quote), QuoteLine, title=quote.title, terms=quote.terms,
        document_text=quote.document_text, **values,
    )  # fmt: skip


def make_order(env: Env, quote: Quote) -> Order:
    """A draft order at the prices of the quote."""
    from addons.crm_sales.models import Order, OrderLine, QuoteLine

    made: Order = copied(env, quote, QuoteLine, Order, OrderLine, quote=quote, terms=quote.terms)
    return made


def make_contract(env: Env, quote: Quote) -> Contract:
    """A draft contract at the prices of the quote."""
    from addons.crm_sales.models import Contract, ContractLine, QuoteLine

    made: Contract = copied(
        env, quote, QuoteLine, Contract, ContractLine, quote=quote, title=quote.title or quote.number,
        terms=quote.terms, document_text=quote.document_text, other_party=str(quote.customer),
    )  # fmt: skip
    return made


def expire(env: Env) -> int:
    """Open quotes whose last day has passed; gives their number. For the kernel's own Env."""
    from addons.crm_sales.models import Quote

    past = select(Quote).where(Quote.state.in_(OPEN_QUOTE_STATES), Quote.valid_until < env.today)
    found = env.scalars(past.order_by(Quote.id))
    if found:
        env.run(Quote.expire, found)
        tell_owners(env, found, _("The quote {number} has expired."), _("{n} of your quotes have expired."))
    return len(found)


def _refuse_empty(env: Env, quotes: Sequence[Quote]) -> None:
    from addons.crm_sales.models import QuoteLine

    line: Any = env.info(QuoteLine).cls
    ids = [quote.id for quote in quotes]
    filled = set(env.scalars(select(line.document_id).where(line.document_id.in_(ids)).distinct()))
    for quote in quotes:
        if quote.id not in filled:
            text = _("The quote {number} has no products: please add lines first.", number=quote.number)
            raise ValidationFailed({"": [text]})
