"""The people who work on an opportunity beside its owner."""

from addons.crm_leads.models.opportunity import Opportunity
from core.api import CompanyOwned, Mapped, Option, TeamMember, Tracked, _, many2one, option


class OpportunityMember(
    CompanyOwned, TeamMember, Tracked, label=_("Member of an opportunity's team"), plural=_("Teams of opportunities"),
    display="user", unique=[("opportunity", "user")], icon="users-group",
):  # fmt: skip
    """Sales, pre-sales and planning work on one opportunity, each with own tasks, and view or edit it."""

    __team_of__ = "opportunity"

    opportunity: Mapped[Opportunity] = many2one(_("Opportunity"), on_delete="part_of")
    part: Mapped[Option | None] = option(_("Part in the team"), list="crm_base.team_part", default=None)
