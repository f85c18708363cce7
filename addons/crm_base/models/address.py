"""The addresses of a customer."""

from addons.crm_base.models.customer import Customer
from core.api import CompanyOwned, Mapped, Option, Tracked, _, computed, field, many2one, option, phone


def one_line(address: "Address") -> str:
    """The address as one line, largest unit first, as in China."""
    return " ".join(
        part for part in (address.province, address.city, address.district, address.street) if part
    )


class Address(
    CompanyOwned, Tracked, label=_("Address"), plural=_("Addresses"), display="full", icon="map-pin"
):
    """One of several addresses of a customer; each kind has one default."""

    customer: Mapped[Customer] = many2one(_("Customer"), on_delete="part_of")
    kind: Mapped[Option] = option(_("Kind of address"), list="crm_base.address_kind")
    is_default: Mapped[bool] = field(_("Default for this kind"), default=False)
    recipient: Mapped[str | None] = field(_("Recipient"), default=None, max_length=120, personal=True)
    phone: Mapped[str | None] = phone(_("Phone"), default=None, personal=True)
    country: Mapped[str | None] = field(_("Country"), default=None, max_length=60)
    province: Mapped[str | None] = field(_("Province"), default=None, max_length=60)
    city: Mapped[str | None] = field(_("City"), default=None, max_length=60)
    district: Mapped[str | None] = field(_("District"), default=None, max_length=60)
    street: Mapped[str] = field(_("Street and number"), searchable=True, max_length=255, personal=True)
    postcode: Mapped[str | None] = field(_("Postcode"), default=None, max_length=20, personal=True)
    full: Mapped[str] = computed(
        _("Address"), by=one_line, depends=("province", "city", "district", "street")
    )
