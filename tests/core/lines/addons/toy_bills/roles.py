"""Who writes bills, and who only reads them."""

from core.api import Role, _

CLERK = Role("toy_bills.clerk", _("Clerk"))
CHIEF = Role("toy_bills.chief", _("Chief clerk"))
READER = Role("toy_bills.reader", _("Reader of bills"))
