"""What every addon has to pass: see core.testing.contract."""

from core.testing.contract import AddonContract


class TestContract(AddonContract):
    addon = "crm_sales_leads"
