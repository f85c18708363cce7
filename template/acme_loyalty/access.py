"""Who may do what with rewards. Rights on customers are those of crm_base."""

from acme_loyalty.models import Reward
from addons.crm_base.roles import GENERAL_MANAGER, SALESPERSON
from core.api import grant

grants = [
    grant(SALESPERSON, Reward, "read"),
    grant(GENERAL_MANAGER, Reward, "read create update delete export import"),
]
