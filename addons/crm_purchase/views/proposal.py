"""What should be bought."""

from addons.crm_purchase.models import Proposal
from addons.crm_purchase.states import PROPOSED
from core.api import Env, FormView, ListView, Where, _, button, group, header, preset, statusbar


def waiting(env: Env) -> Where:
    """Neither ordered nor dismissed."""
    return Proposal.state == PROPOSED


class ProposalList(ListView[Proposal]):
    columns = [
        Proposal.product, Proposal.quantity, Proposal.state, Proposal.supplier, Proposal.needed_on, Proposal.reason,
        Proposal.order,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("open", _("To be ordered"), waiting, default=True, count=True),
        preset("all", _("All proposals")),
    ]
    filters = [Proposal.state, Proposal.product, Proposal.supplier, Proposal.needed_on]
    groups = [Proposal.supplier, Proposal.product]
    actions = [Proposal.order_now, Proposal.dismiss]


class ProposalForm(FormView[Proposal]):
    layout = [
        header(button(Proposal.order_now, style="primary"), button(Proposal.dismiss), statusbar(Proposal.state)),
        group(
            _("Purchase proposal"), Proposal.product, Proposal.quantity, Proposal.supplier, Proposal.needed_on,
            Proposal.reason, Proposal.order,
        ),
    ]  # fmt: skip
