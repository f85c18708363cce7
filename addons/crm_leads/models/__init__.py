"""The records of this addon, and what it adds to those of crm_base."""

from addons.crm_leads.models.activity import SalesActivity
from addons.crm_leads.models.channel import Channel
from addons.crm_leads.models.customer import SalesCustomer
from addons.crm_leads.models.lead import Lead
from addons.crm_leads.models.opportunity import Opportunity
from addons.crm_leads.models.opportunity_member import OpportunityMember
from addons.crm_leads.models.stage import Process, Stage, StageField, StageStay, StageTask
from addons.crm_leads.models.task import SalesTask

__all__ = [
    "Channel", "Lead", "Opportunity", "OpportunityMember", "Process", "SalesActivity", "SalesCustomer", "SalesTask",
    "Stage", "StageField", "StageStay", "StageTask",
]  # fmt: skip
