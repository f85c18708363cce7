"""The administrators' part of the navigation tree."""

from core.api import ADMIN, SYSTEM, _, menu
from core.base.addon_pages import ADDONS
from core.base.difference_pages import DIFFERENCES
from core.base.pages import OPTION_LISTS, ORGANISATION
from core.base.role_pages import ROLE_TREE, SUPERIORS
from core.base.shares import SHARES
from core.base.views.account import (
    ApiKeyList,
    LoginAttemptList,
    RoleList,
    SessionList,
    UserList,
    UserRoleList,
)
from core.base.views.company import CompanyList
from core.base.views.company_setup import JobList, NumberingList, ScheduleList
from core.base.views.currency_rate import CurrencyRateList
from core.base.views.hand_over import HandOverList
from core.base.views.organisation import DepartmentList, EmployeeList
from core.base.views.output import ExportList, MailList, PaperTextList, PrintList
from core.base.views.sharing import SharingRuleList
from core.lifecycle.offers import has_offers

_KEEPERS = (ADMIN, SYSTEM)

menus = [
    menu("base.organisation", _("Organisation"), sequence=800, icon="sitemap"),
    menu("base.organisation_tree", _("Organisation chart"), parent="base.organisation", page=ORGANISATION, sequence=5,
         icon="sitemap"),
    menu("base.departments", _("Departments"), parent="base.organisation", view=DepartmentList, sequence=10,
         icon="hierarchy"),
    menu("base.employees", _("Employees"), parent="base.organisation", view=EmployeeList, sequence=20,
        icon="id-badge-2"),
    menu("base.shares", _("Shared by hand"), parent="base.organisation", page=SHARES, sequence=30, icon="share"),
    menu("base.hand_overs", _("Hand-overs"), parent="base.organisation", view=HandOverList, sequence=40,
         icon="switch-horizontal", roles=_KEEPERS),
    menu("base.administration", _("Administration"), sequence=900, icon="settings", roles=_KEEPERS),
    menu("base.users", _("Users"), parent="base.administration", view=UserList, sequence=10, icon="users"),
    menu("base.roles", _("Roles"), parent="base.administration", view=RoleList, sequence=20, icon="shield"),
    menu("base.role_tree", ROLE_TREE.title, parent="base.administration", page=ROLE_TREE, sequence=22,
         icon="hierarchy"),
    menu("base.superiors", SUPERIORS.title, parent="base.administration", page=SUPERIORS, sequence=24,
         icon="stairs-up"),
    menu("base.user_roles", _("Roles of users"), parent="base.administration", view=UserRoleList, sequence=30,
         icon="user-shield"),
    menu("base.sharing_rules", _("Sharing rules"), parent="base.administration", view=SharingRuleList, sequence=35,
         icon="share"),
    menu("base.option_lists", _("Option lists"), parent="base.administration", page=OPTION_LISTS, sequence=40,
        icon="list"),
    menu("base.numbering", _("Numbering"), parent="base.administration", view=NumberingList, sequence=50, icon="hash"),
    menu("base.currency_rates", _("Exchange rates"), parent="base.administration", view=CurrencyRateList, sequence=52,
         icon="currency-yuan"),
    menu("base.exports", _("Exports"), parent="base.administration", view=ExportList, sequence=46, icon="download"),
    menu("base.prints", _("Prints"), parent="base.administration", view=PrintList, sequence=47, icon="printer"),
    menu("base.mails", _("Mails"), parent="base.administration", view=MailList, sequence=49, icon="mail"),
    menu("base.paper_texts", _("Document texts"), parent="base.administration", view=PaperTextList, sequence=55,
         icon="file-text"),
    menu("base.differences", DIFFERENCES.title, parent="base.administration", page=DIFFERENCES, sequence=62,
         icon="arrows-split", when=has_offers),
    menu("base.addons", ADDONS.title, parent="base.administration", page=ADDONS, sequence=60, icon="puzzle"),
    menu("base.companies", _("Companies"), parent="base.administration", view=CompanyList, sequence=70,
        icon="building"),
    menu("base.jobs", _("Jobs"), parent="base.administration", view=JobList, sequence=80, icon="subtask"),
    menu("base.schedules", _("Schedules"), parent="base.administration", view=ScheduleList, sequence=85, icon="clock"),
    menu("base.sessions", _("Sign-ins"), parent="base.administration", view=SessionList, sequence=90,
         icon="device-laptop"),
    menu("base.api_keys", _("API keys"), parent="base.administration", view=ApiKeyList, sequence=92, icon="key"),
    menu("base.login_attempts", _("Failed sign-ins"), parent="base.administration", view=LoginAttemptList, sequence=95,
         icon="lock"),
]  # fmt: skip
