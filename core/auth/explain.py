"""Why somebody may do something with a record, or may not: the decision of the policy in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, false, literal, select, true

from core.auth.conditions import of_own_company, owned_by
from core.auth.ways import Way
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.policy import Explanation, action_label
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.auth.access import AccessPolicy


def explain(policy: AccessPolicy, info: ModelInfo, action: str, record: Any = None) -> Explanation:
    """Answer for a model, or for one of its records (or its id), in the order in which the policy decides.

    Each way is evaluated by the database as a column of the record: what is explained is what decides. A record of
    another company or in the bin is explained as one that does not exist.
    """
    if info.addon not in policy.identity.addons:
        return Explanation(False, [_("The addon {addon} is switched off in this company.", addon=info.addon)])
    if not policy.allowed(info, action):
        return Explanation(False, _missing_right(policy, info, action))
    ways = policy.ways(info, action)
    if record is None:
        return _of_model(ways, info, action)
    return _of_record(policy, info, action, ways, int(getattr(record, "id", record)))


def _missing_right(policy: AccessPolicy, info: ModelInfo, action: str) -> list[LazyString]:
    reasons = [
        _(
            "None of your roles gives the right to {action}: {model}.",
            action=action_label(action, info),
            model=info.label,
        )
    ]
    person, index, language = policy.identity, policy.index, policy.env.language
    codes = index.granting_roles(info, action, person.addons, person.rights)
    roles = [index.title_of(code, person.rights, language) for code in codes]
    return reasons + ([_("These roles give it: {roles}.", roles=roles)] if roles else [])


def _of_model(ways: list[Way], info: ModelInfo, action: str) -> Explanation:
    right = _(
        "A role of yours gives the right to {action}: {model}.",
        action=action_label(action, info),
        model=info.label,
    )
    if any(way.everything for way in ways):
        return Explanation(True, [right, *(way.label for way in ways if way.everything)])
    return Explanation(bool(ways), [right, _("It reaches these records:"), *(way.label for way in ways)])


def _of_record(
    policy: AccessPolicy, info: ModelInfo, action: str, ways: list[Way], record_id: int
) -> Explanation:
    found = _open_ways(policy, info, ways, record_id)
    if found is None:
        return Explanation(False, [_("There is no such record, or you have no access to it.")])
    if found and _is_of_all(policy, info, action, record_id):
        return Explanation(
            False, [_("All companies share this record: only the system administrator changes it.")]
        )
    if found:
        return Explanation(True, [way.label for way in found])
    if action != "read" and not policy.explain(info, "read", record_id).allowed:
        return Explanation(False, [_("There is no such record, or you have no access to it.")])
    reasons = [
        _("You have the right to {action}, but not on this record.", action=action_label(action, info))
    ]
    if info.is_owned:
        reasons.append(_("It is neither yours nor of somebody whose records you may change."))
    return Explanation(False, reasons)


def _is_of_all(policy: AccessPolicy, info: ModelInfo, action: str, record_id: int) -> bool:
    """Whether the record is one of all companies, to which no way leads that changes it."""
    own = of_own_company(info, action, policy.identity)
    if own is None:
        return False
    strange = select(info.cls.id).where(info.cls.id == record_id, ~own)
    return policy.env.session.scalar(strange, execution_options=TRUSTED) is not None


def _open_ways(policy: AccessPolicy, info: ModelInfo, ways: list[Way], record_id: int) -> list[Way] | None:
    """The ways that reach the record; None where the company has no such live record."""
    columns = [as_column(info, way).label(f"way_{number}") for number, way in enumerate(ways)]
    entity = info.cls
    live: list[ColumnElement[bool]] = [entity.id == record_id, entity.deleted_at.is_(None)]
    if info.is_of_one_company:
        live.append(entity.company_id == policy.identity.company_id)
    elif info.kind == "shared":
        live.append(entity.company_id.in_([0, policy.identity.company_id]))
    statement = select(entity.id, *columns).where(and_(*live))
    row = policy.env.session.execute(statement, execution_options=TRUSTED).first()
    return None if row is None else [way for way, reached in zip(ways, row[1:], strict=True) if reached]


def as_column(info: ModelInfo, way: Way) -> ColumnElement[Any]:
    """A way as a true-or-false column of the model's rows."""
    if way.everything:
        return literal(True)
    parts = [owned_by(info, way.owners)] if way.owners else []
    parts += [way.condition] if way.condition is not None else []
    return and_(*parts) if parts else false() & true()
