"""The hint before saving: leads among leads, customers among leads, leads among customers; name and owner only."""

from __future__ import annotations

from typing import Any

import pytest

from addons.crm_base.hookspecs import collect_duplicates
from addons.crm_base.models import Customer
from addons.crm_base.services.duplicates import Probe
from addons.crm_leads.hooks import lead_exists_already
from addons.crm_leads.models import Lead
from core.testing.world import World


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"company_name": "Acme Ltd"}, "same name"),
        ({"company_name": "x", "phone": "+86 021 1234567"}, "same telephone number"),
        ({"person": "x", "email": "ANN@acme.example"}, "same mail address"),
        ({"person": "Ann"}, "same name"),
    ],
)
def test_whoever_may_not_see_the_lead_learns_name_and_owner(
    crew: World, assigned: Lead, values: dict[str, Any], reason: str
) -> None:
    (found,) = lead_exists_already(crew.env("colleague"), values)
    assert found.text.translate("en") == f"Lead “Needs 20 servers” of Owner exists already: {reason}."
    assert found.url is None
    (known,) = lead_exists_already(crew.env("owner"), values)
    assert known.url == f"/r/crm_leads.lead/{assigned.id}"


def test_a_lead_is_no_duplicate_of_itself_and_other_companies_are_not_asked(
    crew: World, assigned: Lead
) -> None:
    values = {"company_name": "Acme", "phone": "021-1234567"}
    assert lead_exists_already(crew.env("owner"), {**values, "id": assigned.id}) == []
    assert lead_exists_already(crew.env("other"), values) == []
    assert lead_exists_already(crew.env("owner"), {}) == []


def test_leads_are_found_for_customers_and_customers_for_leads(crew: World, assigned: Lead) -> None:
    colleague = crew.env("colleague")
    ((match,),) = [
        found for found in collect_duplicates(env=colleague, probe=Probe(companies=("Acme",))) if found
    ]
    assert (match.name, match.owner, match.url) == ("Needs 20 servers", "Owner", None)
    crew.env("colleague").create(Customer, name="Beta GmbH", phone="021-7654321")
    (found,) = lead_exists_already(crew.env("owner"), {"company_name": "Beta"})
    assert "客户“Beta GmbH”" in found.text.translate("zh_CN") and "Colleague" in found.text.translate("en")
