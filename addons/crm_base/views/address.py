"""The addresses of customers."""

from addons.crm_base.models import Address
from core.api import FormView, ListView, _, group


class AddressList(ListView[Address]):
    columns = [
        Address.customer,
        Address.kind,
        Address.full,
        Address.recipient,
        Address.phone,
        Address.is_default,
    ]
    filters = [Address.customer, Address.kind, Address.is_default, Address.province, Address.city]
    groups = [Address.kind, Address.customer]


class AddressForm(FormView[Address]):
    layout = [
        group(_("Address"), Address.customer, Address.kind, Address.is_default),
        group(
            _("Place"), Address.country, Address.province, Address.city, Address.district, Address.street,
            Address.postcode,
        ),
        group(_("Recipient"), Address.recipient, Address.phone),
    ]  # fmt: skip
