"""The ways to a record that sharing opens: rules, shares by hand, and the team of the record.

    rules            owners of all rules without a condition join the owners of all other ways, one bound array;
                     rules with the same condition become one expression: condition and owner in their owners
    by hand, team    one bound array of ids, see shared_records.py; nothing for models of which the caller has none, so
                     that everybody else's lists keep the order of their index

What was shared by hand or in a team lies in the company of the caller, as everything that is read.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Date, Select, Text, any_, cast, func, literal, or_, select

from core.auth.models.sharing import EDIT, Share, is_shareable
from core.auth.rights_of_sharing import EDITING, READING, SHARING, Rule
from core.auth.shared_records import BY_HAND
from core.auth.sharing_condition import rule_condition
from core.auth.teams import all_teams
from core.auth.ways import Way
from core.errors import UserError
from core.i18n import _
from core.orm.bulk import among
from core.orm.compose import ModelInfo, composition

if TYPE_CHECKING:
    from core.auth.identity import Identity
    from core.orm.env import Env

_log: Final = logging.getLogger("keyuan.access")


def ways_of_sharing(info: ModelInfo, action: str, person: Identity, env: Env) -> list[Way]:
    """Every way that sharing opens to records of the model for this action."""
    if action not in EDITING or not is_shareable(info):
        return []
    ways = _by_rules(info, action, person, env)
    if info.key in person.shared.models:
        ways += _by_hand_and_teams(info, action, person)
    return ways


def _by_rules(info: ModelInfo, action: str, person: Identity, env: Env) -> list[Way]:
    rules = person.rights.of(SHARING).of(info.key, person.user_id, person.roles)
    conditions: dict[str, Any] = {}
    ways = []
    for rule in rules:
        if action not in rule.actions or rule.owners == frozenset():
            continue
        text = rule.condition or ""
        if text not in conditions:
            conditions[text] = _condition(env, info, rule)
        if conditions[text] is not None:
            ways.append(_way(rule, conditions[text]))
    return ways


def _condition(env: Env, info: ModelInfo, rule: Rule) -> Any:
    """The expression, True for a rule about all records, None for a rule that sleeps because of what it reads."""
    try:
        found = rule_condition(env, info, rule.condition)
    except UserError as problem:
        _log.warning("the sharing rule %d opens nothing: %s", rule.id, problem)
        return None
    return True if found is None else found


def _way(rule: Rule, condition: Any) -> Way:
    label = _("Shared by the rule “{rule}”.", rule=rule.name)
    if condition is True:
        return Way("sharing rule", label, everything=rule.owners is None, owners=rule.owners or frozenset())
    return Way("sharing rule", label, owners=rule.owners or frozenset(), condition=condition)


def _by_hand_and_teams(info: ModelInfo, action: str, person: Identity) -> list[Way]:
    """One way for each source of which the caller has records."""
    label = _("Shared by hand.")
    sources = [(BY_HAND, "share", label, partial(_share_ids, info, person))]
    for team, relation in all_teams(composition()).get(info.key, ()):
        if team.addon in person.addons:
            label = _("Member of the team of the record ({team}).", team=team.plural)
            sources.append(
                (team.key, "team of the record", label, partial(_team_ids, team, relation, person))
            )
    editing = action not in READING
    ways = []
    for source, kind, words, ids_as_select in sources:
        if person.shared.is_whole:
            ids = person.shared.ids(info.key, source, editing=editing)
            condition = among(info.cls.id, ids) if ids else None
        else:
            condition = info.cls.id == any_(func.array(ids_as_select(editing).scalar_subquery()))
        if condition is not None:
            ways.append(Way(kind, words, condition=condition))
    return ways


def _share_ids(info: ModelInfo, person: Identity, editing: bool) -> Select[Any]:
    share = composition().info(Share).cls
    today = cast(func.timezone(literal(person.timezone.key, Text), func.now()), Date)
    found = select(share.record_id).where(
        share.company_id == person.company_id, share.user_id == person.user_id, share.model == info.key,
        share.deleted_at.is_(None), or_(share.until.is_(None), share.until >= today),
    )  # fmt: skip
    return found.where(share.may == EDIT) if editing else found


def _team_ids(team: ModelInfo, relation: str, person: Identity, editing: bool) -> Select[Any]:
    member = team.cls
    found = select(getattr(member, f"{relation}_id")).where(
        member.company_id == person.company_id, member.user_id == person.user_id, member.deleted_at.is_(None)
    )
    return found.where(member.may == EDIT) if editing else found
