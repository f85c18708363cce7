"""What an addon brings to those who use it, in the words of a plan: pages, menus, reports, roles, jobs, fields."""

from __future__ import annotations

from core.i18n import LazyString
from core.lifecycle.plans.contributions import contributions, fields_on_others
from core.lifecycle.plans.life_plan import LINE_KINDS, Line
from core.lifecycle.plans.question import Question
from core.lifecycle.plans.words import HEADINGS
from core.orm.env import Env
from core.orm.schema import APPLICATION_ROLE


def contents_of(env: Env, addon: str) -> list[tuple[LazyString, list[Line]]]:
    """By kind, in the order of a plan; nothing for an addon that this process does not serve."""
    if addon not in env.composition.addons:
        return []
    asked = Question(env.session.connection(), env.composition, {}, addon, env.company_id, APPLICATION_ROLE)
    lines = [*contributions(asked, {addon}), *fields_on_others(asked, {addon})]
    grouped = [(HEADINGS[kind], [line for line in lines if line.kind == kind]) for kind in LINE_KINDS]
    return [(heading, found) for heading, found in grouped if found]
