"""The screens of this addon, one file per model."""

from addons.crm_leads.views.channel import ChannelForm, ChannelList
from addons.crm_leads.views.lead import LeadForm, LeadList
from addons.crm_leads.views.opportunity import (
    OpportunityBoard,
    OpportunityForm,
    OpportunityList,
    OpportunityPipeline,
)
from addons.crm_leads.views.opportunity_member import OpportunityMemberForm, OpportunityMemberList
from addons.crm_leads.views.stage import (
    ProcessForm,
    ProcessList,
    StageFieldForm,
    StageFieldList,
    StageForm,
    StageList,
    StageStayList,
    StageTaskForm,
    StageTaskList,
)  # fmt: skip

__all__ = [
    "ChannelForm", "ChannelList", "LeadForm", "LeadList", "OpportunityBoard", "OpportunityForm", "OpportunityList",
    "OpportunityMemberForm", "OpportunityMemberList", "OpportunityPipeline", "ProcessForm", "ProcessList",
    "StageFieldForm", "StageFieldList", "StageForm", "StageList", "StageStayList", "StageTaskForm", "StageTaskList",
]  # fmt: skip
