"""What every addon has to pass."""

from __future__ import annotations

from core.testing.contract import AddonContract


class TestContract(AddonContract):
    addon = "crm_finance"
    recipes = {
        "crm_finance.receivable": lambda factory: {"amount": 100, "exchange_rate": 1},
    }
