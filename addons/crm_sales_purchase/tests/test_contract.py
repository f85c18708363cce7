"""What every addon has to pass."""

from __future__ import annotations

from core.testing.contract import AddonContract


class TestContract(AddonContract):
    addon = "crm_sales_purchase"
