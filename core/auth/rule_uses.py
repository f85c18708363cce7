"""Which columns record rules filter lists by: they need an index as much as what people filter by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement

from core.auth.access_index import access_index
from core.i18n import LazyString, _
from core.orm.env import Env
from core.orm.index_report_uses import Use, condition_uses


def rule_uses(env: Env, unread: list[LazyString]) -> Iterator[Use]:
    """One use for each column of a rule for reading. A rule that fails for the kernel's Env is named in `unread`."""
    index = access_index(env.composition)
    for info in env.composition.models.values():
        for rule in index.rules(info, "read", frozenset(index.roles), env.addons):
            condition: Any = None
            try:
                condition = rule(env)
            except Exception as error:
                unread.append(
                    _("The rule “{rule}” could not be asked: {error}", rule=rule.label, error=str(error))
                )
            if isinstance(condition, ColumnElement):
                yield from condition_uses(info, condition, _("the rule “{rule}”", rule=rule.label))
