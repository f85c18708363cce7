"""Units of measure."""

from decimal import Decimal

from core.api import CompanyOwned, Mapped, Option, _, field, option, translated


class Unit(CompanyOwned, label=_("Unit"), plural=_("Units"), ordered_by="id", icon="columns"):
    """One of several units that measure the same. One of them is the base, with the factor 1.

    `factor` / `divisor` base units make one of this unit, exactly: an hour of a day is 1/24, which no decimal holds.
    """

    name: Mapped[dict[str, str]] = translated(_("Name"), searchable=True, sortable=True)
    group: Mapped[Option] = option(_("Measures"), list="crm_product.unit_group")
    factor: Mapped[Decimal] = field(
        _("Factor"), default=Decimal(1), minimum=Decimal("0.00000001"),
        help=_("Base units in one of this unit, divided by the divisor."),
    )  # fmt: skip
    divisor: Mapped[int] = field(_("Divisor"), default=1, minimum=1)
    decimals: Mapped[int] = field(
        _("Decimals"), default=0, minimum=0, maximum=8, help=_("Quantities have no more decimals than this.")
    )
    active: Mapped[bool] = field(_("Active"), default=True)
