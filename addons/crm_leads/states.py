"""States of leads and opportunities (processes P1 and P2)."""

from core.api import State, _

NEW = State("new", _("New"), colour="azure")
ASSIGNED = State("assigned", _("Assigned"), colour="blue")
IN_PROGRESS = State("in_progress", _("In progress"), colour="indigo")
RETURNED = State("returned", _("Returned"), aside=True, colour="orange")
UPGRADED = State("upgraded", _("Upgraded"), final=True, colour="green")
CONVERTED = State("converted", _("Converted to order"), final=True, colour="green")
CLOSED = State("closed", _("Closed"), final=True)

OPEN_LEAD_STATES = (NEW, ASSIGNED, IN_PROGRESS, RETURNED)
TRACKED_STATES = (ASSIGNED, IN_PROGRESS)

OPEN = State("open", _("Open"), colour="blue")
SUSPENDED = State("suspended", _("Suspended"), aside=True, colour="orange")
WON = State("won", _("Won"), final=True, colour="green")
LOST = State("lost", _("Lost"), final=True, colour="red")
