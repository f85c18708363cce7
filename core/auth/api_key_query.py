"""The one statement that opens a request made with a key: like that of a browser, found by the key's digest.

It runs as a function of the database (request_function.py), which first opens the wall around the keys by their name;
making the row of `chosen` then shuts it and sets the wall of the key's company, for a key that only reads with nothing
to be written at all. A key is for one company: where its user works there no more, the row says another one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    select,
)

from core.auth.hierarchy import live
from core.auth.identity_query import SLIDE, Tables, may_work, person_columns, statement_of
from core.auth.models.api_key import READ
from core.orm.compose import Composition

KEY_COLUMNS: Final = ("name", "start", "scope", "models", "expires")


@lru_cache(maxsize=8)
def key_statement(composed: Composition) -> Select[Any]:
    """By `given_token`; `given_address` is where the program is, none where that is not known for certain."""
    tables = Tables(composed)
    key, user = composed.info("base.api_key").table, tables.user
    moved = key.c.last_address.is_distinct_from(
        func.coalesce(bindparam("given_address", type_=Text), key.c.last_address)
    )
    columns = (
        cast(null(), BigInteger).label("session_id"), user.c.id.label("real_user_id"),
        key.c.company_id.label("last_company_id"), literal(False).label("must_enrol"),
        cast(null(), BigInteger).label("working_role_id"),
        user.c.name.label("real_user_name"), user.c.language.label("real_user_language"),
        key.c.id.label("key_id"), *(key.c[name].label(f"key_{name}") for name in KEY_COLUMNS),
        (key.c.last_used.is_(None) | (key.c.last_used < func.now() - SLIDE) | moved).label("key_is_stale"),
        user.c.password_hash.is_(None).label("user_has_no_password"),
        (user.c.second_factor.is_(False) & _may_be_asked_for_a_factor(composed, tables)).label("user_may_lack_factor"),
    )  # fmt: skip
    opened = (
        select(*columns, *person_columns(user))
        .join_from(key, user, key.c.user_id == user.c.id)
        .where(
            key.c.token_hash == bindparam("given_token", type_=Text), key.c.revoked_at.is_(None), live(key),
            key.c.expires > func.now(), *may_work(user),
        )
        .cte("opened").prefix_with("MATERIALIZED", dialect="postgresql")
    )  # fmt: skip
    return statement_of(tables, opened, reads_only=opened.c.key_scope == READ)


def _may_be_asked_for_a_factor(composed: Composition, tables: Tables) -> ColumnElement[bool]:
    """Whether some company where the user works asks some role for a second factor: only then one looks closely."""
    asked, held = composed.info("base.company").link_tables["second_factor_roles"], tables.user_role.alias()
    return exists(
        select(held.c.id)
        .join_from(held, asked, asked.c.left_id == held.c.company_id)
        .where(held.c.user_id == tables.user.c.id, live(held))
        .correlate(tables.user)
    )
