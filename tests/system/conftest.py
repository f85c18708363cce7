from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from webtest import TestApp

from core.config import Config
from core.orm.compose import Composition
from core.testing.database import ScratchDatabase
from tests.system.site import ROLES, Site, make_site


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return ROLES


@pytest.fixture(scope="module")
def site(database: ScratchDatabase, composed: Composition, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The application for one module; its tests see what earlier ones have stored."""
    folder: Path = tmp_path_factory.mktemp("state")
    return make_site(Config(folder, (), base_url="http://localhost", language="en"), composed, database)


@pytest.fixture(scope="module")
def records(site: Site) -> dict[str, int]:
    """One record of each model for the salesperson, and one customer of the other company."""
    customer = site.make("owner", "crm_base.customer", name="Harbour Mills")
    return {
        "customer": customer,
        "foreign": site.make("other", "crm_base.customer", name="Southern Secret"),
        "foreign_lead": site.make("other", "crm_leads.lead", title="Southern Lead"),
        "opportunity": site.make("owner", "crm_leads.opportunity", customer=customer),
        "lead": site.make("superior", "crm_leads.lead", title="A lead of the desk"),
    }


@pytest.fixture
def seller(site: Site) -> TestApp:
    return site.visitor("owner")


@pytest.fixture
def nothing_is_written(site: Site, records: dict[str, int]) -> Iterator[None]:
    """Afterwards every table has as many rows as before."""
    before = site.rows()
    yield
    assert site.rows() == before
