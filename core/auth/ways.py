"""The ways to a row that follow from people: levels of a grant, and the rule of superiors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.auth.grants import Rows
from core.auth.rights_of_superiors import SUPERIORS
from core.i18n import LazyString, _
from core.orm.bulk import among
from core.orm.compose import ModelInfo
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.auth.identity import Identity


@dataclass(frozen=True, slots=True)
class Way:
    """One reason why rows may be reached: everything, the rows of some owners, or a condition.

    `label` says it so that it reads well for the caller and for whoever asks about somebody else.
    """

    kind: str
    label: LazyString
    everything: bool = False
    owners: frozenset[int] = frozenset()
    condition: Where | None = None


def ways_of_grants(info: ModelInfo, levels: Iterable[Rows], person: Identity) -> list[Way]:
    """The ways that the levels of the caller's grants open on this model."""
    return [way for level in sorted(levels) if (way := _way_of_level(info, level, person)) is not None]


def _way_of_level(info: ModelInfo, level: Rows, person: Identity) -> Way | None:
    if level is Rows.BY_RULE:
        return None
    if level is Rows.COMPANY:
        return Way("company", _("A role reaches every record of the company."), everything=True)
    if not info.is_owned:
        return _of_department(info, level, person)
    me = frozenset({person.user_id})
    if level is Rows.OWN:
        return Way("own", _("Owner of the record."), owners=me)
    if level is Rows.TEAM:
        team = me.union(person.reports)
        return Way("team", _("A role reaches the records of the own team."), owners=team)
    if level is Rows.OWN_DEPARTMENT:
        label = _("A role reaches the records of the own department.")
        return Way("own department", label, owners=me.union(person.own_members))
    label = _("A role reaches the records of the own department and those below.")
    return Way("department", label, owners=me.union(person.members))


def _of_department(info: ModelInfo, level: Rows, person: Identity) -> Way | None:
    """Records without an owner belong to a department; own and team reach none of them."""
    if level is Rows.OWN_DEPARTMENT:
        label = _("A role reaches the records of the own department.")
        return Way("own department", label, condition=among(info.cls.department_id, person.own_departments))
    if level is not Rows.DEPARTMENT:
        return None
    label = _("A role reaches the records of the own department and those below.")
    return Way("department", label, condition=among(info.cls.department_id, person.departments))


def ways_of_hierarchy(info: ModelInfo, action: str, person: Identity) -> list[Way]:
    """Superiors: the direct one may do all that the role allows but delete, those further up may query; where the
    company has not set it otherwise for this model.
    """
    rule, ways = person.rights.of(SUPERIORS).on(info), []
    if person.direct_reports and rule.admits_direct(action):
        label = _("Direct superior of the owner.")
        ways.append(Way("superior", label, owners=frozenset(person.direct_reports)))
    indirect = frozenset(person.reports) - frozenset(person.direct_reports)
    if indirect and rule.admits_indirect(action):
        ways.append(Way("indirect superior", _("Superior of the owner, further up."), owners=indirect))
    return ways
