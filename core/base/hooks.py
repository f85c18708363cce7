"""What follows by itself when the kernel's own records change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.api import (
    Company,
    Env,
    Option,
    ValidationFailed,
    _,
    after_create,
    before_create,
    before_write,
    implements,
)  # fmt: skip
from core.base.pages import titles_of_lists
from core.lifecycle.activation import prepare_company


@implements(after_create, model=Company)
def give_companies_their_first_data(env: Env, records: Sequence[Company]) -> None:
    """A new company can number its documents from the first one on."""
    for company in records:
        prepare_company(env, company.id)


@implements(before_create, model=Option)
def refuse_unknown_lists(env: Env, rows: list[dict[str, Any]]) -> None:
    """A choice belongs to a list that some field offers."""
    if not env.is_system:
        known = titles_of_lists(env)
        for row in rows:
            if row.get("list_code") not in known:
                raise ValidationFailed.at("list_code", _("There is no option list of this code."))


@implements(before_write, model=Option)
def keep_choices_in_their_list(env: Env, records: Sequence[Any], values: Sequence[Any]) -> None:
    """A choice stays in its list."""
    for changed in values:
        if not env.is_system and changed.keys() & {"list_code", "code"}:
            raise ValidationFailed.at(
                "list_code", _("A choice stays in its list; make a new one there instead.")
            )
