"""Who works on money beside the sales roles of crm_base."""

from core.api import Role, _

ACCOUNTANT = Role("crm_finance.accountant", _("Accountant"))
"""财务: receivables, receipts, invoices and expenses of the whole company."""
