"""One statement says who is calling, and puts up the wall for them."""

from __future__ import annotations

from core.auth.identity import identity_of
from tests.core.auth.conftest import World


def test_the_identity_of_a_salesperson(office: World) -> None:
    found = identity_of(office.session, office.ids["bob"])
    assert found is not None
    ids = office.ids
    assert (found.user_id, found.company_id, found.user_name) == (ids["bob"], ids["A"], "bob")
    assert found.roles == {"base.user", "toy_deals.seller"}
    assert found.addons == {"base", "toy_deals", "toy_gadgets"}
    assert found.companies == ((ids["A"], "A"),)
    assert found.direct_reports == (ids["cid"],)
    assert found.reports == (ids["cid"],)
    assert found.departments == (ids["north"],)
    assert found.generation == 1
