"""States of stock documents and production requests (process P9)."""

from core.api import State, _

DRAFT = State("draft", _("Draft"), colour="azure")
POSTED = State("posted", _("Posted"), colour="green")
REVERSED = State("reversed", _("Reversed"), final=True, colour="orange")

WANTED = State("draft", _("Draft"), colour="azure")
IN_PRODUCTION = State("in_production", _("In production"), colour="indigo")
PRODUCED = State("produced", _("Produced"), final=True, colour="green")
DROPPED = State("dropped", _("Dropped"), final=True)
