"""The statements that open a request, planned once a connection: a browser's, and that of a program with a key."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.auth.api_key_query import key_statement
from core.auth.identity_query import request_statement
from core.orm.compose import Composition
from core.orm.engine import ACROSS_SETTING
from core.orm.planned import Planned, planned

ARGUMENTS: Final = {
    "given_token": "text", "given_company": "bigint", "given_address": "text", "given_timeout": "text",
    "shared_roles": "text[]", "department_roles": "text[]", "given_around": "text",
}  # fmt: skip


@lru_cache(maxsize=8)
def request_function(composed: Composition) -> Planned:
    """The function for the tables of this composition."""
    return planned("open_request", request_statement(composed), ARGUMENTS)


@lru_cache(maxsize=8)
def key_function(composed: Composition) -> Planned:
    """The same by a key: the rows of keys are opened for this one look."""
    keys = composed.info("base.api_key").table.fullname
    opening = f"perform set_config('{ACROSS_SETTING}', '{keys}', true); "
    return planned("open_request_by_key", key_statement(composed), ARGUMENTS, first=opening)


def opening_functions(composed: Composition) -> tuple[Planned, ...]:
    """All of them, as the database of the composition has them."""
    return request_function(composed), key_function(composed)
