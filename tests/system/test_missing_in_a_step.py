"""What a step finds missing is told in its dialog, at the field, and can be filled in there."""

from __future__ import annotations

from typing import Any

from webtest import TestApp

from tests.system.site import Site


def the_dialog(page: Any) -> Any:
    return next(one for one in page.forms.values() if "run" in one.fields)


def test_a_lead_without_telephone_becomes_a_customer_with_one(site: Site, seller: TestApp) -> None:
    lead = site.make("owner", "crm_leads.lead", title="Wants a mill", phone=None, company_name="Acme")
    step = f"/r/crm_leads.lead/{lead}/do/save_as_customer"
    dialog = the_dialog(seller.get(step))
    assert "phone" not in dialog.fields
    refused = dialog.submit(status=422)
    problem = refused.html.find(id="f-phone-problem")
    assert problem is not None and "needs a telephone number" in problem.get_text()
    dialog = the_dialog(refused)
    dialog["phone"] = "021-7654321"
    made = dialog.submit(status=303).follow()
    assert "Acme" in made.html.find("h1").get_text()
    with site.env("owner") as env:
        assert env.read("crm_leads.lead", lead, ["phone"])[2] == "021-7654321"
