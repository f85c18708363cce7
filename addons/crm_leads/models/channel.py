"""Where leads come from."""

from decimal import Decimal

from core.api import CompanyOwned, Mapped, User, _, field, longtext, many2one, money, translated


class Channel(
    CompanyOwned, label=_("Source channel"), plural=_("Source channels"), ordered_by="name", icon="antenna"
):
    """A source of leads with the promotion consultant who is responsible for it and what it costs."""

    name: Mapped[dict[str, str]] = translated(_("Name"))
    consultant: Mapped[User | None] = many2one(_("Promotion consultant"), default=None)
    cost: Mapped[Decimal] = money(_("Cost"), default=Decimal(0), minimum=0)
    active: Mapped[bool] = field(_("Active"), default=True)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
