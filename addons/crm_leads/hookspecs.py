"""Events of the sales process that other addons may answer. All run in the transaction of the step."""

from typing import TYPE_CHECKING

from core.api import Env, hookspec

if TYPE_CHECKING:
    from addons.crm_leads.models import Lead, Opportunity


@hookspec
def lead_assigned(env: Env, lead: "Lead") -> None:
    """A lead was given to a salesperson. An error refuses the assignment."""


@hookspec
def lead_upgraded(env: Env, lead: "Lead", opportunity: "Opportunity") -> None:
    """A lead became an opportunity. An error refuses the upgrade."""


@hookspec
def lead_closed(env: Env, lead: "Lead") -> None:
    """A lead was closed. An error refuses the closing."""


@hookspec
def opportunity_won(env: Env, opportunity: "Opportunity") -> None:
    """An opportunity was won. An order addon makes or checks the order here; an error refuses the win."""


@hookspec
def opportunity_lost(env: Env, opportunity: "Opportunity") -> None:
    """An opportunity was lost, with its reason."""
