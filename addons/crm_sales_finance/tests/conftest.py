"""Orders and money together."""

from collections.abc import Mapping, Sequence

import pytest

from core.testing.team import team


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_sales_finance"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return team("crm_base.salesperson", director=["crm_base.sales_director"])
