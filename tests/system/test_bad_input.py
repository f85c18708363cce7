"""What a stranger to the rules may send: every answer is a plain refusal in words, and nothing is half written."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from webtest import TestApp

from core.web.csrf import FIELD
from tests.system.site import Site, refused, token_of

pytestmark = [pytest.mark.xdist_group("bad_input"), pytest.mark.usefixtures("nothing_is_written")]
CUSTOMER, LEAD = "crm_base.customer", "crm_leads.lead"
LONG: Final = "甲" * 10_000


@pytest.mark.parametrize(
    "query",
    [
        "f=nope:eq:1", "f=name:glorp:1", "f=name", "f=:::", "f=owner:eq:99999999999999999999", "f=owner:eq:x",
        "f=created_at:between:x..y", "f=created_at:eq:2026-99-99", "f=name:contains:%00", "f=__class__:eq:1", "f=grams:eq:1",
        "f=name:in:" + "a," * 5000, "f.nope=1", "f=customer.name:eq:x", "order=nope", "order=-id%3Bdrop+table", "order=--id",
        "order=(select+1)", "order=ｎａｍｅ", "order=" + "n" * 10_000, "order=name&order=code", "order=owner",
        "group=nope", "group=name;drop", "group=" + "owner," * 9, "view=nope", "view=%3Cscript%3E", "preset=nope",
        "after=x", "after=" + "A" * 100_000, "before=%7B%7D", "after=a&before=b", "limit=-1", "limit=x", "limit=1000000",
        "limit=1e3", "cols=nope", "cols=name,__class__", "choose=1&col=nope", "add.field=nope&add.value=1",
        "part=filters&field=nope", "q=" + "x" * 10_000,
    ],
)  # fmt: skip
def test_unknown_names_in_the_address_of_a_list(seller: TestApp, query: str) -> None:
    answer = refused(seller.get(f"/r/{CUSTOMER}?{query}", status="*"))
    assert len(answer.text) < 40_000, "the message does not repeat what was sent"


@pytest.mark.parametrize(
    "path",
    [
        "/r/nope.nope", "/r/crm_base", "/r/crm_base.", "/r/crm_base.customer.x", "/r/CRM_BASE.CUSTOMER",
        "/r/base.audit", "/r/%F0%A0%AE%B7", "/r/../../etc/passwd", "/r/crm_base.customer/x", "/r/crm_base.customer/-1",
        "/r/crm_base.customer/0", "/r/crm_base.customer/9999999999999999999", "/r/crm_base.customer/99999999999999999999",
        "/r/crm_base.customer/1.5", "/r/crm_base.customer/%D9%A1", "/p/nope", "/nope", "/static/x/core/../../../config.py",
        "/r/crm_base.customer/{customer}/do/nope", "/r/crm_base.customer/{customer}/do/__init__",
        "/r/crm_base.customer/{customer}/do/name", "/r/crm_leads.lead/{lead}/do/start_tracking",
        "/r/crm_base.customer/{customer}/nope", "/r/crm_base.customer/choices?method=nope&argument=x",
    ],
)  # fmt: skip
def test_addresses_that_lead_nowhere(seller: TestApp, records: dict[str, int], path: str) -> None:
    for known in re.findall(r"\{(\w+)\}", path):
        path = path.replace(f"{{{known}}}", str(records[known]))
    refused(seller.get(path, status="*"), 404, 403)


@pytest.mark.parametrize(
    "query", ["field=nope", "field=name", "field=__class__", "", "method=assign&argument=nope"]
)
def test_choices_of_what_points_nowhere(seller: TestApp, query: str) -> None:
    refused(seller.get(f"/r/{LEAD}/choices?{query}", status="*"))


def alike(answer: Any, key: int) -> str:
    """The page without what differs on each page: the record's number, ids, tokens, one-time values."""
    text = re.sub(rf'(/|value="){key}\b', r"\1ID", answer.text)
    return re.sub(r'value="[0-9a-f]{80}"|content="[0-9a-f]{80}"|nonce="[^"]*"|[0-9a-f]{16}', "", text)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "{id}"), ("GET", "{id}/edit"), ("POST", "{id}/edit"), ("GET", "{id}/delete"), ("POST", "{id}/delete"),
        ("GET", "{id}/do/{step}"), ("POST", "{id}/do/{step}"), ("POST", "bulk/{step}"), ("POST", "bulk-delete"),
        ("POST", "bin"), ("POST", "{id}/move"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("model", [CUSTOMER, LEAD])
def test_what_belongs_to_others_is_as_missing_as_what_never_was(
    site: Site, records: dict[str, int], model: str, method: str, path: str
) -> None:
    manager = site.visitor("director")
    foreign, missing = records["foreign" if model == CUSTOMER else "foreign_lead"], 987_654_321
    answers = []
    for key in (foreign, missing):
        url = f"/r/{model}/" + path.replace("{id}", str(key)).replace("{step}", "log_activity")
        body = {FIELD: token_of(manager), "id": str(key), "version": "1", "value": "1", "run": "1"}
        if "edit" in path or "{id}/delete" in path or path == "bin":
            body.pop("value"), body.pop("run")
        if path.startswith("{id}"):
            body.pop("id")
        answer = manager.get(url, status="*") if method == "GET" else manager.post(url, body, status="*")
        answers.append((answer.status_int, alike(answer, key)))
    assert answers[0][1] == answers[1][1]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert "Southern" not in answers[0][1]


@pytest.mark.parametrize(
    "extra",
    ["id", "company_id", "company", "state", "created_by", "created_by_id", "created_at", "deleted_at", "custom", "grams",
     "name__sort", "code", "last_contact_at", "__class__", "name[]", "activities"],
)  # fmt: skip
def test_a_form_takes_only_its_own_fields(seller: TestApp, records: dict[str, int], extra: str) -> None:
    token = token_of(seller)
    body = {FIELD: token, "name": "Mass Assignment", "phone": "13800138000", extra: "1"}
    refused(seller.post(f"/r/{CUSTOMER}/new", body, status="*"))
    url = f"/r/{CUSTOMER}/{records['customer']}/edit"
    refused(seller.post(url, {**body, "version": "1"}, status="*"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("parent", "{foreign}"), ("parent", "987654321"), ("parent", "x"), ("parent", "-1"), ("parent", "1e3"),
        ("owner", "987654321"), ("level", "987654321"), ("kind", "planet"), ("category", "9" * 30), ("name", LONG),
        ("name", " "), ("email", "no address"), ("email", "a@b\nBcc: c@d"), ("website", "javascript:alert(1)"),
        ("phone", "call me"), ("founded", "yesterday"), ("employees", "9" * 40), ("employees", "١x"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_at_its_field(
    seller: TestApp, records: dict[str, int], field: str, value: str
) -> None:
    value = value.format(**records) if "{" in value else value
    body = {
        FIELD: token_of(seller),
        "name": "Typed Wrongly",
        "phone": "13800138001",
        "confirmed": "1",
        field: value,
    }
    answer = refused(seller.post(f"/r/{CUSTOMER}/new", body, status="*"), 422)
    told = answer.html.find(id=f"f-{field}-problem")
    assert told is not None, answer.html.find("main").get_text(" ", strip=True)[:1000]
    assert "Southern" not in answer.text


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0", "9" * 30])
def test_a_form_without_its_version(seller: TestApp, records: dict[str, int], version: str) -> None:
    body = {FIELD: token_of(seller), "name": "Renamed", "version": version}
    refused(seller.post(f"/r/{CUSTOMER}/{records['customer']}/edit", body, status="*"))


@pytest.mark.parametrize(
    "ids", [[], ["x"], ["-1"], ["0"], ["9" * 30], ["{customer}", "{foreign}"], [*map(str, range(1, 502))]]
)
def test_bulk_work_on_ids_that_were_changed(seller: TestApp, records: dict[str, int], ids: list[str]) -> None:
    sent = [("id", key.format(**records) if "{" in key else key) for key in ids] + [(FIELD, token_of(seller))]
    for url in (f"/r/{CUSTOMER}/bulk-delete", f"/r/{CUSTOMER}/bulk/transfer"):
        refused(seller.post(url, sent, status="*"), 400, 403, 404)
