"""All that is needed to buy what orders lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_sales_purchase"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        "owner": ["crm_purchase.buyer"],
        "colleague": ["crm_base.salesperson"],
        "director": ["crm_base.general_manager"],
        "other": ["crm_purchase.buyer"],
    }
