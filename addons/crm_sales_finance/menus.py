"""Where approvals of credit stand in the navigation tree."""

from addons.crm_sales_finance.views import CreditRequestList
from core.api import _, menu

menus = [
    menu("crm_sales_finance.credit", _("Credit approvals"), parent="crm_finance", view=CreditRequestList,
         preset="waiting", sequence=55, icon="credit-card"),
]  # fmt: skip
