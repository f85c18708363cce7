"""Invoicing tasks and the invoices that were issued."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from addons.crm_base.models import Customer
from addons.crm_finance.models.receivable import Receivable
from addons.crm_finance.services import invoicing
from addons.crm_finance.states import ISSUED, REQUESTED, VOID
from core.api import (
    CompanyOwned,
    Mapped,
    Owned,
    State,
    StoredFile,
    Tracked,
    _,
    arg,
    currency,
    current_env,
    field,
    file,
    longtext,
    many2one,
    money,
    number,
    state_field,
    transition,
)  # fmt: skip


class Invoice(
    CompanyOwned, Owned, Tracked, label=_("Invoice"), plural=_("Invoices"), display="number", ordered_by="-id",
    unique=[("number",), ("invoice_number",)], indexed=[("state", "wanted_on")],
    icon="file-invoice", editable_in=(REQUESTED,), always_editable=("document",), undoable=False,
):  # fmt: skip
    """First a task for accounting, then the record of the invoice: its number, date and amount."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_finance.invoice", sortable=True, searchable=True,
        final_in=(ISSUED,),
    )  # fmt: skip
    customer: Mapped[Customer] = many2one(_("Customer"))
    receivable: Mapped[Receivable | None] = many2one(_("Instalment"), default=None)
    state: Mapped[State] = state_field(REQUESTED)
    wanted_on: Mapped[date | None] = field(_("Wanted by"), default=None, sortable=True)
    title: Mapped[str | None] = field(
        _("Invoice title"), default=None, max_length=200, help=_("When left empty, that of the customer.")
    )
    tax_number: Mapped[str | None] = field(_("Tax number"), default=None, max_length=40)
    currency: Mapped[str] = currency(_("Currency"))
    amount: Mapped[Decimal] = money(_("Amount"), currency="currency", sortable=True, tracked=True)
    invoice_number: Mapped[str | None] = field(
        _("Invoice number"), default=None, searchable=True, max_length=60, readonly=True, tracked=True
    )
    issued_on: Mapped[date | None] = field(_("Issued on"), default=None, readonly=True, sortable=True)
    document: Mapped[StoredFile | None] = file(_("Document"), default=None)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)

    @transition(REQUESTED, to=ISSUED, label=_("Record invoice"), right="issue", icon="file-check")
    def issue(
        self,
        invoice_number: Annotated[str, arg(_("Invoice number"))],
        issued_on: Annotated[date, arg(_("Issued on"), default=lambda env, record: env.today)],
        amount: Annotated[Decimal, arg(_("Amount"), default=lambda env, record: record.amount)],
    ) -> None:
        """The invoice was issued; who asked for it is told."""
        invoicing.issue(current_env(), self, invoice_number, issued_on, amount)

    @transition(REQUESTED, ISSUED, to=VOID, label=_("Void"), right="issue", icon="file-x", danger=True)
    def void(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """It does not count any more; its number stays taken."""
        invoicing.void(current_env(), self, reason)
