"""Which money was received for which instalment."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Optional

from addons.crm_base.models import Customer
from addons.crm_finance.models.receipt import Receipt
from addons.crm_finance.models.receivable import Receivable
from addons.crm_finance.services import matching, standing
from addons.crm_finance.services.choices import MATCHING_KINDS
from core.api import (
    CompanyOwned,
    Mapped,
    _,
    action,
    arg,
    currency,
    current_env,
    field,
    longtext,
    many2one,
    money,
    selection,
)


class Matching(
    CompanyOwned, label=_("Matching"), plural=_("Matchings"), display="id", ordered_by="-id",
    unique=[("undoes",)], indexed=[("customer", "kind", "day")], icon="link",
):  # fmt: skip
    """An amount of a receipt that pays an instalment or goes back with a refund, or an instalment's loss.

    It is never changed: what was wrong is undone by another one of the opposite amount.
    """

    kind: Mapped[str] = selection(_("Kind"), choices=MATCHING_KINDS, readonly=True)
    customer: Mapped[Customer] = many2one(_("Customer"), readonly=True)
    receipt: Mapped[Receipt | None] = many2one(_("Receipt"), default=None, readonly=True)
    refund: Mapped[Receipt | None] = many2one(_("Refund"), default=None, readonly=True)
    receivable: Mapped[Receivable | None] = many2one(_("Receivable"), default=None, readonly=True)
    day: Mapped[date] = field(_("Day"), default=standing.today, readonly=True, sortable=True)
    currency: Mapped[str] = currency(_("Currency"), readonly=True)
    amount: Mapped[Decimal] = money(_("Amount"), currency="currency", readonly=True)
    reason: Mapped[str | None] = longtext(_("Reason"), default=None, readonly=True)
    undoes: Mapped[Optional["Matching"]] = many2one(_("Undoes"), default=None, readonly=True)

    @action(
        label=_("Undo"), right="undo_matching", by=matching.may_be_undone, icon="unlink", danger=True,
        confirm=_("The amount is open again on both sides. Go on?"),
    )  # fmt: skip
    def undo(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """A matching of the opposite amount; a written-off amount is expected again."""
        matching.undo(current_env(), [self], reason)
