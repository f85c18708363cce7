"""The front door of the API: who the caller is, as a program checks its key by."""

from __future__ import annotations

from typing import Any

from core.web.api.answers import json_answer
from core.web.api.openapi import document, models_of
from core.web.api.reading import ROOT
from core.web.api.values import moment
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("api_caller", "/api/v1/", "GET", key=True)
@endpoint("api_caller_bare", "/api/v1", "GET", key=True)
def show_caller(request: Request) -> Any:
    """User, company and key, and the records that there are for them; no values of records."""
    caller = request.signed_in
    key = caller.key
    assert key is not None
    return json_answer(
        {
            "user": {"id": caller.user_id, "name": caller.user_name},
            "company": {"id": caller.company_id, "name": caller.company_name},
            "key": {
                "name": key.name,
                "start": key.start,
                "scope": key.scope,
                "models": list(key.models),
                "expires": moment(key.expires),
            },
            "models": [
                {"model": info.key, "label": str(info.plural), "href": f"{ROOT}/{info.key}"}
                for info in models_of(request.env)
            ],
            "description": f"{ROOT}/openapi.json",
        }
    )


@endpoint("api_description", "/api/v1/openapi.json", "GET", key=True)
def describe(request: Request) -> Any:
    """All that this caller can do, as OpenAPI 3.1."""
    return json_answer(document(request.env))
