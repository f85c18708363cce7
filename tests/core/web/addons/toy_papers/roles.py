"""Who has to do with papers."""

from core.api import Role, _

WRITER = Role("toy_papers.writer", _("Writer"))
READER = Role("toy_papers.reader", _("Reader of papers"))
