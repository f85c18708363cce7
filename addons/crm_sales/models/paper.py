"""What quotes, contracts and orders have in common."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

from addons.crm_base.models import Contact, Customer
from addons.crm_product.models import PricedDocument
from addons.crm_sales.services import documents, ordering
from addons.crm_sales.services.reminders import make_reminder, may_make_tasks, proposed_subject
from core.api import Mapped, User, _, action, arg, current_env, longtext, many2one

if TYPE_CHECKING:
    from addons.crm_sales.models.document_template import DocumentTemplate


class SalesPaper(PricedDocument, mixin=True):
    """A document with prices that goes to a customer, and of which somebody can be reminded."""

    customer: Mapped[Customer] = many2one(_("Customer"), tracked=True)
    contact: Mapped[Contact | None] = many2one(
        _("Contact"), default=None, on_delete="clear", among=ordering.contacts_of_the_customer
    )
    terms: Mapped[str | None] = longtext(_("Terms"), default=None)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)

    @action(label=_("Remind somebody"), right="read", by=may_make_tasks, icon="bell")
    def remind(
        self,
        subject: Annotated[str, arg(_("Subject"), default=proposed_subject)],
        on: Annotated[date, arg(_("On"))],
        who: Annotated[User | None, arg(_("Who"), required=False)] = None,
    ) -> None:
        """A task on a day, for the caller or somebody else."""
        make_reminder(current_env(), self, subject, on, who)


class WrittenPaper(SalesPaper, mixin=True):
    """One whose text is written from a template."""

    document_text: Mapped[str | None] = longtext(_("Text of the document"), default=None)

    @action(label=_("Fill in a text"), icon="template")
    def fill_template(self, template: Annotated["DocumentTemplate", arg(_("Document template"))]) -> None:
        """The text of the document, made of a template and of what this record says; it can be changed afterwards."""
        documents.fill(current_env(), self, template)
