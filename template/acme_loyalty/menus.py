"""Where rewards stand in the navigation tree: under the customers of crm_base."""

from acme_loyalty.views import RewardList
from core.api import _, menu

menus = [
    menu("acme_loyalty.rewards", _("Rewards"), parent="crm_base", view=RewardList, sequence=50, icon="star"),
]
