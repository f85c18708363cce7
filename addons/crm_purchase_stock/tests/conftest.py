"""A buyer who approves as well, and a stock keeper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_purchase_stock"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        "owner": ["crm_purchase.manager"],
        "colleague": ["crm_stock.stock_keeper"],
        "director": ["crm_base.general_manager"],
        "other": ["crm_purchase.buyer"],
    }
