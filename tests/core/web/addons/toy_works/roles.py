"""Who works with works."""

from core.api import Role, _

WORKER = Role("toy_works.worker", _("Works person"))
READER = Role("toy_works.reader", _("Works reader"))
