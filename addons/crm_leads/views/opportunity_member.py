"""The team of an opportunity."""

from addons.crm_leads.models import OpportunityMember
from core.api import FormView, ListView, _, group


class OpportunityMemberList(ListView[OpportunityMember]):
    columns = [
        OpportunityMember.opportunity, OpportunityMember.user, OpportunityMember.part, OpportunityMember.may,
    ]  # fmt: skip
    filters = [
        OpportunityMember.opportunity, OpportunityMember.user, OpportunityMember.part, OpportunityMember.may,
    ]  # fmt: skip
    groups = [OpportunityMember.user, OpportunityMember.part, OpportunityMember.opportunity]


class OpportunityMemberForm(FormView[OpportunityMember]):
    layout = [
        group(
            _("Team member"), OpportunityMember.opportunity, OpportunityMember.user, OpportunityMember.part,
            OpportunityMember.may,
        )
    ]  # fmt: skip
