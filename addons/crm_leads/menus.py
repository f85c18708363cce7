"""Where this addon's screens stand in the navigation tree."""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_leads.reports import BY_MONTH, BY_REASON, BY_SALESPERSON
from addons.crm_leads.roles import LEAD_DESK
from addons.crm_leads.views import (
    ChannelList,
    LeadList,
    OpportunityBoard,
    OpportunityList,
    OpportunityPipeline,
    ProcessList,
    StageList,
)  # fmt: skip
from core.api import ADMIN, _, menu

KEEPERS = [ADMIN, GENERAL_MANAGER]

menus = [
    menu("crm_leads", _("Leads"), sequence=20, icon="target-arrow"),
    menu("crm_leads.my_leads", _("My leads"), parent="crm_leads", view=LeadList, preset="mine", sequence=10,
         icon="user-check"),
    menu("crm_leads.new_leads", _("New, unassigned"), parent="crm_leads", view=LeadList, preset="new", sequence=20,
         icon="inbox", roles=[LEAD_DESK, GENERAL_MANAGER]),
    menu("crm_leads.leads", _("All leads"), parent="crm_leads", view=LeadList, preset="open", sequence=30,
         icon="target-arrow"),
    menu("crm_leads.channels", _("Source channels"), parent="crm_leads", view=ChannelList, sequence=90, icon="antenna",
         roles=[*KEEPERS, LEAD_DESK]),
    menu("crm_leads.sales", _("Opportunities"), sequence=30, icon="trending-up"),
    menu("crm_leads.board", _("Board"), parent="crm_leads.sales", view=OpportunityBoard, sequence=10,
         icon="layout-kanban"),
    menu("crm_leads.my_opportunities", _("My opportunities"), parent="crm_leads.sales", view=OpportunityList,
         preset="mine",
         sequence=20, icon="user-check"),
    menu("crm_leads.opportunities", _("All opportunities"), parent="crm_leads.sales", view=OpportunityList,
         preset="open",
         sequence=30, icon="trending-up"),
    menu("crm_leads.pipeline", _("Pipeline"), parent="crm_leads.sales", view=OpportunityPipeline, sequence=40,
         icon="list-numbers"),
    menu("crm_leads.reports", _("Reports"), parent="crm_leads.sales", sequence=70, icon="chart-bar"),
    menu("crm_leads.by_month", BY_MONTH.title, parent="crm_leads.reports", report=BY_MONTH, sequence=10),
    menu("crm_leads.by_salesperson", BY_SALESPERSON.title, parent="crm_leads.reports", report=BY_SALESPERSON,
         sequence=20),
    menu("crm_leads.by_reason", BY_REASON.title, parent="crm_leads.reports", report=BY_REASON, sequence=30),
    menu("crm_leads.processes", _("Sales processes"), parent="crm_leads.sales", view=ProcessList, sequence=80,
         icon="route",
         roles=KEEPERS),
    menu("crm_leads.stages", _("Stages"), parent="crm_leads.sales", view=StageList, sequence=90, icon="stairs-up",
         roles=KEEPERS),
]  # fmt: skip
