"""Where leads come from."""

from addons.crm_leads.models import Channel
from core.api import Env, FormView, ListView, Where, _, group, preset


def active(env: Env) -> Where:
    """Channels in use."""
    return Channel.active.is_(True)


class ChannelList(ListView[Channel]):
    columns = [Channel.name, Channel.consultant, Channel.cost, Channel.active]
    presets = [preset("active", _("In use"), active, default=True), preset("all", _("All channels"))]
    filters = [Channel.consultant, Channel.active]
    groups = [Channel.consultant]
    totals = [Channel.cost]


class ChannelForm(FormView[Channel]):
    layout = [
        group(_("Source channel"), Channel.name, Channel.consultant, Channel.cost, Channel.active, Channel.remarks),
    ]  # fmt: skip
