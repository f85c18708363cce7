"""Where money comes in and goes out."""

from addons.crm_finance.services.choices import ACCOUNT_KINDS
from core.api import CompanyOwned, Mapped, _, currency, field, selection


class CashAccount(
    CompanyOwned, label=_("Cash account"), plural=_("Cash accounts"), ordered_by="name", icon="building-bank"
):  # fmt: skip
    """A bank account, a cash box or an account for online payment."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, max_length=120)
    kind: Mapped[str] = selection(_("Kind"), choices=ACCOUNT_KINDS, default="bank")
    currency: Mapped[str] = currency(_("Currency"))
    account_number: Mapped[str | None] = field(_("Account number"), default=None, max_length=60)
    bank: Mapped[str | None] = field(_("Bank"), default=None, max_length=120)
    active: Mapped[bool] = field(_("In use"), default=True)
