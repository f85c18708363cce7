"""Which models hold the teams of which records, as the mixin `TeamMember` says."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from core.auth.mixins import TeamMember
from core.orm.compose import Composition, ModelInfo

Teams = dict[str, list[tuple[ModelInfo, str]]]

_found: WeakKeyDictionary[Composition, Teams] = WeakKeyDictionary()


def all_teams(composed: Composition) -> Teams:
    """By the key of a model its models of team members, each with the name of its relation to the record."""
    if composed not in _found:
        teams: Teams = {}
        for info in composed.models.values():
            if issubclass(info.definition, TeamMember):
                relation = info.definition.__team_of__
                teams.setdefault(str(info.fields[relation].target_key), []).append((info, relation))
        _found[composed] = teams
    return _found[composed]
