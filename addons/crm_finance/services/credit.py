"""Credit terms: whether a customer may owe more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.money import shown
from core.api import Env, LazyString, _, company_currency, func, select


@dataclass(frozen=True, slots=True)
class Standing:
    """How a customer stands with the credit terms on `day`, with a further amount `wanted`; amounts in company
    currency. What is `used` are open instalments less advances and unmatched receipts.
    """

    customer: int
    name: str
    currency: str
    day: date
    limit: Decimal | None
    used: Decimal
    days_allowed: int | None
    due_since: date | None
    wanted: Decimal = Decimal(0)

    def further(self, amount: Decimal) -> Standing:
        """The same with so much more."""
        return replace(self, wanted=self.wanted + amount)

    def without_more(self) -> Standing:
        """The same for what adds nothing to it."""
        return replace(self, wanted=Decimal(0))

    @property
    def exposed(self) -> Decimal:
        """What would be open."""
        return self.used + self.wanted

    @property
    def excess(self) -> Decimal:
        """By how much the limit would be exceeded; nothing that is wanted exceeds nothing."""
        if self.limit is None or self.wanted <= 0:
            return Decimal(0)
        return max(self.exposed - self.limit, Decimal(0))

    @property
    def overdue_since(self) -> date | None:
        """Since when an instalment has been overdue, where that is longer than it may be."""
        if self.days_allowed is None or self.due_since is None:
            return None
        return self.due_since if (self.day - self.due_since).days > self.days_allowed else None

    @property
    def overdue_days(self) -> int | None:
        """The same in days."""
        return (self.day - self.overdue_since).days if self.overdue_since is not None else None

    @property
    def problems(self) -> list[LazyString]:
        """Why the customer may not owe more; nothing where it may."""
        found: list[LazyString] = []
        if self.overdue_since is not None:
            found.append(_(
                "{name} has been overdue since {day}, longer than the {n} days allowed.",
                name=self.name, day=self.overdue_since.isoformat(), n=self.days_allowed,
            ))  # fmt: skip
        if self.excess:
            assert self.limit is not None
            found.append(_(
                "The credit limit of {name} is {limit}; with this it would be used with {exposed}.",
                name=self.name, limit=shown(self.limit, self.currency), exposed=shown(self.exposed, self.currency),
            ))  # fmt: skip
        return found


def check_credit(env: Env, wanted: Mapping[int, Decimal]) -> dict[int, LazyString]:
    """Why customers, by id, may not owe these further amounts of company currency; whoever may is not named."""
    found = {key: one.further(wanted[key]).problems for key, one in standings(env, wanted).items()}
    return {key: problems[0] for key, problems in found.items() if problems}


def standings(env: Env, customers: Mapping[int, Any] | set[int]) -> dict[int, Standing]:
    """How those of the customers stand that have credit terms.

    The customers are locked, so that two orders at once cannot both use what is left for one. Advances and unmatched
    receipts count for the customer. Three statements for any number of customers.
    """
    from addons.crm_finance.models import FinanceCustomer

    system = env.sudo(_("credit check"))
    locked: list[Any] = system.lock(FinanceCustomer, sorted(customers))
    bound = [one for one in locked if one.credit_limit is not None or one.overdue_days_allowed is not None]
    if not bound:
        return {}
    ids = [one.id for one in bound]
    owed, credit = _owed(system, ids), _credit(system, ids)
    code = company_currency(env)
    found: dict[int, Standing] = {}
    for one in bound:
        total, first_due = owed.get(one.id, (Decimal(0), None))
        used = total - credit.get(one.id, Decimal(0))
        found[one.id] = Standing(
            one.id, one.name, code, system.today, one.credit_limit, used, one.overdue_days_allowed, first_due
        )
    return found


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
