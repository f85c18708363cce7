"""What follows by itself when records of this addon change, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_finance.models import Expense, Invoice, Matching, Receipt, Receivable
from addons.crm_finance.services import instalments, invoicing, money, spending
from core.api import Env, StateForbids, _, before_create, before_delete, before_write, implements


@implements(before_create, model=Receivable)
def complete_instalments(env: Env, rows: list[dict[str, Any]]) -> None:
    """Salesperson, department and exchange rate."""
    instalments.complete(env, rows)


@implements(before_write, model=Receivable)
def keep_what_accounts_were_told_by(
    env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]
) -> None:
    """Amount, currency, customer and day of booking stay."""
    instalments.refuse_changes(records, values)


@implements(before_create, model=Receipt)
def complete_receipts(env: Env, rows: list[dict[str, Any]]) -> None:
    """A positive amount of its currency, and the rate of the day."""
    money.check_amounts(rows)
    money.fill_rates(env, rows, "day")


@implements(before_create, model=Invoice)
def complete_invoices(env: Env, rows: list[dict[str, Any]]) -> None:
    """Title and tax number of the customer."""
    invoicing.complete(env, rows)


@implements(before_create, model=Expense)
def complete_expenses(env: Env, rows: list[dict[str, Any]]) -> None:
    """Employee, department, customer and rate."""
    spending.complete(env, rows)


@implements(before_write, model=Receipt)
@implements(before_write, model=Invoice)
@implements(before_write, model=Expense)
def check_changed_amounts(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """Amounts stay amounts of their currency; a draft in another currency gets the rate of that."""
    money.check_changed(env, records, values)


@implements(before_delete, model=Receipt)
@implements(before_delete, model=Invoice)
@implements(before_delete, model=Expense)
def delete_drafts_only(env: Env, records: Sequence[Any]) -> None:
    """What counted once stays."""
    for one in records:
        if one.state.code not in ("draft", "requested", "rejected"):
            raise StateForbids(_("{name} counts already: it is not deleted.", name=str(one)))


@implements(before_delete, model=Receivable)
def keep_instalments(env: Env, records: Sequence[Any]) -> None:
    """An instalment is cancelled, so that the account goes on telling of it."""
    raise StateForbids(_("An instalment is cancelled, not deleted."))


@implements(before_delete, model=Matching)
def keep_matchings(env: Env, records: Sequence[Any]) -> None:
    """A matching is undone by another one."""
    raise StateForbids(_("A matching is undone, not deleted."))
