"""Receivables and leads together."""

from collections.abc import Mapping, Sequence

import pytest


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_finance_leads"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    salesperson = ["crm_base.salesperson"]
    return {"owner": salesperson, "colleague": salesperson, "superior": salesperson, "other": salesperson,
            "director": ["crm_base.sales_director"]}  # fmt: skip
