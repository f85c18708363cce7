"""The people of the kit: one keeps the products, one sells, one knows costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_product"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        "owner": ["crm_base.salesperson"],
        "colleague": ["crm_base.salesperson", "crm_product.cost_reader"],
        "director": ["crm_product.product_manager"],
        "other": ["crm_base.salesperson", "crm_product.product_manager"],
    }
