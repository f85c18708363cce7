"""The life of a case."""

from core.api import State, _

OPEN = State("open", _("Open"))
CLOSED = State("closed", _("Closed"), final=True)
