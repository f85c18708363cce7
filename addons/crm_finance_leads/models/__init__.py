"""What this bridge adds to the records of both sides."""

from decimal import Decimal

from addons.crm_finance.models import Expense
from addons.crm_leads.models import Lead, Opportunity
from core.api import Mapped, _, many2one, one2many, total


class SalesExpense(Expense, extend=True):
    """An expense belongs to the lead or opportunity it was made for."""

    lead: Mapped[Lead | None] = many2one(_("Lead"), default=None)
    opportunity: Mapped[Opportunity | None] = many2one(_("Opportunity"), default=None)


class CostlyLead(Lead, extend=True):
    """What was spent on a lead."""

    expenses: Mapped[list["Expense"]] = one2many(_("Expenses"), back="lead")
    expense_total: Mapped[Decimal] = total(_("Expenses in all"), of="expenses", sum="value")


class CostlyOpportunity(Opportunity, extend=True):
    """What was spent on an opportunity."""

    expenses: Mapped[list["Expense"]] = one2many(_("Expenses"), back="opportunity")
    expense_total: Mapped[Decimal] = total(_("Expenses in all"), of="expenses", sum="value")


__all__ = ["CostlyLead", "CostlyOpportunity", "SalesExpense"]
