"""States of quotes and contracts (process P5), and of orders, their tasks and deliveries (P6)."""

from core.api import State, _

QUOTE_DRAFT = State("draft", _("Draft"), colour="azure")
QUOTE_APPROVED = State("approved", _("Approved"), colour="blue")
QUOTE_SENT = State("sent", _("Sent"), colour="indigo")
QUOTE_ACCEPTED = State("accepted", _("Accepted"), colour="lime")
QUOTE_ORDERED = State("ordered", _("Ordered"), final=True, colour="green")
QUOTE_DECLINED = State("declined", _("Declined"), final=True, colour="red")
QUOTE_EXPIRED = State(
    "expired", _("Expired"), aside=True, colour="orange",
    note=_(
        "Its last day has passed. Prolong it if it still holds as it is, make a new version to change it, or copy it "
        "as a new quote."
    ),
)  # fmt: skip
QUOTE_REPLACED = State("replaced", _("Replaced"), final=True)

OPEN_QUOTE_STATES = (QUOTE_DRAFT, QUOTE_APPROVED, QUOTE_SENT)

CONTRACT_DRAFT = State("draft", _("Draft"), colour="azure")
CONTRACT_APPROVED = State("approved", _("Approved"), colour="blue")
CONTRACT_SIGNED = State("signed", _("Signed"), colour="indigo")
CONTRACT_IN_FORCE = State("in_force", _("In force"), colour="lime")
CONTRACT_COMPLETED = State("completed", _("Completed"), final=True, colour="green")
CONTRACT_TERMINATED = State("terminated", _("Terminated"), final=True, colour="red")
CONTRACT_EXPIRED = State("expired", _("Expired"), final=True, colour="orange")
CONTRACT_CANCELLED = State("cancelled", _("Cancelled"), final=True)

DRAFT = State("draft", _("Draft"), colour="azure")
CONFIRMED = State("confirmed", _("Confirmed"), colour="blue")
IN_FULFILMENT = State("in_fulfilment", _("In fulfilment"), colour="indigo")
DELIVERED = State("delivered", _("Delivered"), colour="lime")
CLOSED = State("closed", _("Closed"), final=True, colour="green")
CANCELLED = State("cancelled", _("Cancelled"), final=True)

OPEN_ORDER_STATES = (DRAFT, CONFIRMED, IN_FULFILMENT, DELIVERED)
FULFILLED_STATES = (CONFIRMED, IN_FULFILMENT)
"""States in which something may be delivered."""
RUNNING_STATES = (CONFIRMED, IN_FULFILMENT, DELIVERED)
"""States between confirmation and the end, in which tasks run."""

TASK_WAITING = State("waiting", _("Waiting"), colour="azure")
TASK_READY = State("ready", _("To do"), colour="blue")
TASK_RUNNING = State("running", _("In progress"), colour="indigo")
TASK_DONE = State("done", _("Done"), final=True, colour="green")
TASK_DROPPED = State("dropped", _("Dropped"), final=True)

DELIVERY_DRAFT = State("draft", _("Draft"), colour="azure")
DELIVERY_POSTED = State("posted", _("Shipped"), colour="green")
DELIVERY_REVERSED = State("reversed", _("Reversed"), final=True, colour="orange")
DELIVERY_CANCELLED = State("cancelled", _("Cancelled"), final=True)

OPEN_TASK_STATES = (TASK_WAITING, TASK_READY, TASK_RUNNING)
