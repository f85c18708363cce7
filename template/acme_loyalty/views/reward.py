"""The screens of rewards."""

from acme_loyalty.models import Reward
from core.api import FormView, ListView, _, group, show


class RewardList(ListView[Reward]):
    columns = [Reward.name, Reward.tier]
    order = "name"


class RewardForm(FormView[Reward]):
    layout = [group(_("Reward"), Reward.name, Reward.tier, show(Reward.description, wide=True))]
