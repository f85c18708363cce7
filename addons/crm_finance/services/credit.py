"""Credit terms: whether a customer may owe more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.money import shown
from core.api import Env, LazyString, _, company_currency, func, select


def check_credit(env: Env, wanted: Mapping[int, Decimal]) -> dict[int, LazyString]:
    """Why customers, by id, may not owe these further amounts of company currency; whoever may is not named.

    The customers are locked, so that two orders at once cannot both use what is left for one. Advances and unmatched
    receipts count for the customer. Three statements for any number of customers.
    """
    from addons.crm_finance.models import FinanceCustomer

    system = env.sudo(_("credit check"))
    locked: list[Any] = system.lock(FinanceCustomer, sorted(wanted))
    bound = [one for one in locked if one.credit_limit is not None or one.overdue_days_allowed is not None]
    if not bound:
        return {}
    ids = [one.id for one in bound]
    owed, credit = _owed(system, ids), _credit(system, ids)
    code = company_currency(env)
    problems: dict[int, LazyString] = {}
    for one in bound:
        total, first_due = owed.get(one.id, (Decimal(0), None))
        exposed = total - credit.get(one.id, Decimal(0)) + wanted[one.id]
        allowed = one.overdue_days_allowed
        if (
            allowed is not None
            and first_due is not None
            and first_due < system.today - timedelta(days=allowed)
        ):
            problems[one.id] = _(
                "{name} has been overdue since {day}, longer than the {n} days allowed.",
                name=one.name, day=first_due.isoformat(), n=allowed,
            )  # fmt: skip
        elif one.credit_limit is not None and wanted[one.id] > 0 and exposed > one.credit_limit:
            problems[one.id] = _(
                "The credit limit of {name} is {limit}; with this it would be used with {exposed}.",
                name=one.name, limit=shown(one.credit_limit, code), exposed=shown(exposed, code),
            )  # fmt: skip
    return problems


def _owed(system: Env, ids: list[int]) -> dict[int, tuple[Decimal, Any]]:
    from addons.crm_finance.models import Receivable

    cls: Any = system.info(Receivable).cls
    rows = system.rows(
        select(cls.customer_id, func.sum(cls.open_value), func.min(cls.due_on))
        .where(cls.customer_id.in_(ids), cls.is_open.is_(True))
        .group_by(cls.customer_id)
    )
    return {key: (total, first) for key, total, first in rows}


def _credit(system: Env, ids: list[int]) -> dict[int, Decimal]:
    from addons.crm_finance.models import Receipt

    cls: Any = system.info(Receipt).cls
    return dict(
        system.rows(
            select(cls.customer_id, func.sum(cls.unmatched_value))
            .where(cls.customer_id.in_(ids), cls.is_unmatched.is_(True))
            .group_by(cls.customer_id)
        )
    )
