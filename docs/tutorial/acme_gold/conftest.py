"""The tests run on a real database with this addon and those it depends on."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.testing.product import Product

pytest_plugins = ["core.testing.plugin"]


@pytest.fixture(scope="session")
def product() -> Product:
    return Product(["acme_gold"], addons_path=[Path(__file__).parent])


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    """Roles of the people in core.testing.people: three salespeople, their director, a salesperson elsewhere."""
    salesperson, director = ["crm_base.salesperson"], ["crm_base.sales_director"]
    return {
        "owner": salesperson,
        "colleague": salesperson,
        "superior": salesperson,
        "director": director,
        "other": salesperson,
    }
