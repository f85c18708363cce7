"""Expenses on the pages of leads and opportunities, and what they belong to on the page of an expense."""

from addons.crm_finance.models import Expense
from addons.crm_finance.views import ExpenseForm, ExpenseList
from addons.crm_finance_leads.models import CostlyLead, CostlyOpportunity, SalesExpense
from addons.crm_leads.views import LeadForm, OpportunityForm, OpportunityList
from core.api import _, after, inside, page, related

_COLUMNS = [Expense.day, Expense.title, Expense.kind, Expense.amount, Expense.owner, Expense.state]


class SalesExpenseForm(ExpenseForm, extend=True):
    changes = [inside("for_whom", SalesExpense.lead, SalesExpense.opportunity)]


class SalesExpenseList(ExpenseList, extend=True):
    filters = [SalesExpense.lead, SalesExpense.opportunity]
    groups = [SalesExpense.lead, SalesExpense.opportunity]


class CostlyLeadForm(LeadForm, extend=True):
    changes = [
        inside(
            "notebook",
            page(
                _("Expenses"), CostlyLead.expense_total,
                related(CostlyLead.expenses, order="-day", columns=_COLUMNS), key="expenses",
            ),
        )
    ]  # fmt: skip


class CostlyOpportunityForm(OpportunityForm, extend=True):
    changes = [
        after(
            "Result",
            page(
                _("Expenses"), CostlyOpportunity.expense_total,
                related(CostlyOpportunity.expenses, order="-day", columns=_COLUMNS), key="expenses",
            ),
        )
    ]  # fmt: skip


class CostlyOpportunityList(OpportunityList, extend=True):
    totals = [CostlyOpportunity.expense_total]
