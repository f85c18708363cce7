"""Who has to do with deals."""

from core.api import Role, _

SELLER = Role("toy_deals.seller", _("Seller"))
READER = Role("toy_deals.reader", _("Reader of deals"))
DIRECTOR = Role("toy_deals.director", _("Director of deals"))
