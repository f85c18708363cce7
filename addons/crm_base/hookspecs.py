"""Events of the customer file that other addons may answer."""

from addons.crm_base.services.duplicates import Match, Probe
from core.api import Env, hookspec


@hookspec
def collect_duplicates(env: Env, probe: Probe) -> list[Match]:
    """A customer, contact or lead is about to be saved: which of your records are the same one?

    Answer with `services.duplicates.look(env, Lead, probe, companies=["company_name"], phones=["phone"])`, which also
    finds what the caller may not see and gives no more of it than name and owner.
    """
    return []
