"""The roles of a sales organisation, used by all CRM addons."""

from core.api import Role, _

SALESPERSON = Role("crm_base.salesperson", _("Salesperson"))
"""业务人员: builds customers and opportunities, sees the own ones and those of subordinates."""

SALES_DIRECTOR = Role("crm_base.sales_director", _("Sales director"))
"""销售总监 of a branch or office: the own department and everything below it."""

GENERAL_MANAGER = Role("crm_base.general_manager", _("General manager"))
"""总经理: all rights of the company's sales management."""

MARKET_DIRECTOR = Role("crm_base.market_director", _("Market director"))
"""市场总监: reads and counts everything of the company, changes nothing."""

SALES_ASSISTANT = Role("crm_base.sales_assistant", _("Sales assistant"))
"""业务助理: serves one or several offices; reads what sharing rules open, and has own activities and tasks."""

SALES_PARTNER = Role("crm_base.sales_partner", _("Sales partner"))
"""销售合作伙伴, somebody outside of the company: has own customers, opportunities and quotes, and sees own orders."""
