"""The statement that opens a request, planned once a connection."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.auth.identity_query import request_statement
from core.orm.compose import Composition
from core.orm.planned import Planned, planned

ARGUMENTS: Final = {
    "given_token": "text", "given_company": "bigint", "given_address": "text", "given_timeout": "text",
    "shared_roles": "text[]", "department_roles": "text[]", "given_around": "text",
}  # fmt: skip


@lru_cache(maxsize=8)
def request_function(composed: Composition) -> Planned:
    """The function for the tables of this composition."""
    return planned("open_request", request_statement(composed), ARGUMENTS)
