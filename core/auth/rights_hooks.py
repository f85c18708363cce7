"""What is asked when roles and their rights change: rows make sense, stay in their company, give nobody too much.

The kernel's own work may leave rows that name what is not there (yet): they open nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import select

from core.auth.access_index import access_index
from core.auth.grants import Rows
from core.auth.handing_on import Right, refuse_more_than_own, rights_of_role
from core.auth.models import HierarchyRule, RolePlace, RoleRight, RoleRow, RoleScreen, UserRole
from core.auth.models.role_rights import NONE
from core.auth.rights_of_actions import possible_actions, possible_levels
from core.auth.roles import ADMIN, SYSTEM
from core.errors import AccessDenied, ValidationFailed
from core.i18n import _
from core.modules.events import implements
from core.modules.hookspecs import after_create, after_restore, after_write, before_delete
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.trust import TRUSTED

KEEPERS: Final = frozenset({ADMIN.code, SYSTEM.code})
"""Their rights stay as shipped, so that nobody locks everybody out or makes the keeper of one company that of all."""


@implements(after_create, model=RoleRow)
@implements(after_write, model=RoleRow)
@implements(after_restore, model=RoleRow)
def check_copies_of_roles(env: Env, records: Sequence[Any]) -> None:
    """A copy has what the declared role has, which its maker has to be able to hand on."""
    roles = _roles(env, [record for record in records if record.basis_id is not None], "basis_id")
    for record in records:
        basis = roles.get(record.basis_id)
        if basis is not None:
            if basis.company_id is not None or basis.code == SYSTEM.code:
                raise ValidationFailed.at("basis", _("Copies are made of shipped roles only."))
            _refuse_more(env, rights_of_role(env, basis.code))


@implements(after_create, model=RoleRight)
@implements(after_write, model=RoleRight)
@implements(after_restore, model=RoleRight)
def check_rights_of_roles(env: Env, records: Sequence[Any]) -> None:
    """A right names what there is, of a role of this company, and no more than its giver may hand on."""
    check_own_roles(env, records)
    index = access_index(env.composition)
    for record in () if env.is_system else records:
        info = known_model(env, record.model)
        if info.whole is not None or record.action not in possible_actions(
            info, index.declared_actions(info)
        ):
            raise ValidationFailed.at("action", _("There is no such action on {model}.", model=info.label))
        if record.level != NONE and Rows(record.level) not in possible_levels(info):
            raise ValidationFailed.at(
                "level", _("{model} has no owner or department to go by.", model=info.label)
            )
        if record.level != NONE:
            _refuse_more(env, [Right(info, record.action, Rows(record.level))])


@implements(before_delete, model=RoleRight)
def check_restored_rights(env: Env, records: Sequence[Any]) -> None:
    """Going back to what is shipped gives the role what is shipped: that too has to be the giver's to hand on."""
    roles, index = _roles(env, records), access_index(env.composition)
    for record in records:
        info = env.composition.models.get(record.model)
        if info is not None:
            asked, shipped = (roles[record.role_id].code, record.action), index.levels(info, env.addons)
            rights = [Right(info, one, level) for code, one, level in shipped if (code, one) == asked]
            _refuse_more(env, rights)


@implements(after_create, model=RolePlace)
@implements(after_write, model=RolePlace)
@implements(after_restore, model=RolePlace)
def check_places_of_roles(env: Env, records: Sequence[Any]) -> None:
    """A role below another gives its rights to the holders of that one, so the giver has to have them."""
    roles = _roles(env, records) | _roles(env, records, "superior_id")
    for record in records:
        ends = roles[record.role_id], roles[record.superior_id]
        if SYSTEM.code in (end.code for end in ends):
            raise ValidationFailed.at(
                "role", _("The system administrator stands outside the hierarchy of roles.")
            )
        for end in ends:
            _refuse_foreign(end, record)
        _refuse_more(env, rights_of_role(env, ends[0].code))
        _refuse_circle(env, record)


@implements(after_create, model=UserRole)
@implements(after_restore, model=UserRole)
def check_roles_of_users(env: Env, records: Sequence[Any]) -> None:
    """A role is given in its own company, by somebody who may hand on what it holds."""
    roles = _roles(env, records)
    for record in records:
        role = roles[record.role_id]
        _refuse_foreign(role, record)
        _refuse_more(env, rights_of_role(env, role.code))


@implements(after_create, model=RoleScreen)
@implements(after_write, model=RoleScreen)
@implements(after_restore, model=RoleScreen)
def check_screens_of_roles(env: Env, records: Sequence[Any]) -> None:
    """Administrators keep their menus and buttons; a company decides for its own and for shipped roles."""
    check_own_roles(env, records)


@implements(after_create, model=HierarchyRule)
@implements(after_write, model=HierarchyRule)
def check_rules_of_superiors(env: Env, records: Sequence[Any]) -> None:
    """The rule is about owners."""
    for record in () if env.is_system else records:
        info = known_model(env, record.model)
        if not info.is_owned:
            raise ValidationFailed.at(
                "model", _("Records of {model} have no owner, so they have no superiors either.", model=info.label)
            )  # fmt: skip


def known_model(env: Env, key: str) -> ModelInfo:
    """The model that a row names; raises ValidationFailed where the company has none of this name."""
    info = env.composition.models.get(key)
    if info is None or info.addon not in env.addons:
        raise ValidationFailed.at("model", _("There is no kind of record {name}.", name=key[:60]))
    return info


def check_own_roles(env: Env, records: Sequence[Any]) -> None:
    """Rows that configure a role are of its company, or of a shipped role; administrators stay as they are shipped."""
    roles = _roles(env, records)
    for record in records:
        role = roles[record.role_id]
        if role.code in KEEPERS:
            raise AccessDenied(
                _("The rights of administrators stay as they are shipped. Please make a role of your own.")
            )
        _refuse_foreign(role, record)


def _refuse_foreign(role: Any, record: Any) -> None:
    if role.company_id not in (None, record.company_id):
        raise ValidationFailed.at("role", _("This role belongs to another company."))


def _refuse_more(env: Env, rights: Iterable[Right]) -> None:
    if not env.is_system:
        refuse_more_than_own(env, rights)


def _roles(env: Env, records: Iterable[Any], name: str = "role_id") -> dict[int, Any]:
    """Id -> code and company of the roles that the records name, whoever may see them."""
    role = env.composition.info(RoleRow).table
    ids = {getattr(record, name) for record in records}
    found = select(role.c.id, role.c.code, role.c.company_id).where(role.c.id.in_(ids))
    return {row.id: row for row in env.session.execute(found, execution_options=TRUSTED)}


def _refuse_circle(env: Env, record: Any) -> None:
    place = env.composition.info(RolePlace).table
    here = (place.c.company_id == record.company_id) & place.c.deleted_at.is_(None)
    rows = env.session.execute(
        select(place.c.role_id, place.c.superior_id).where(here), execution_options=TRUSTED
    )
    above = {row.role_id: row.superior_id for row in rows}
    at, seen = record.superior_id, {record.role_id}
    while at is not None:
        if at in seen:
            raise ValidationFailed.at("superior", _("A role cannot stand below itself."))
        seen.add(at)
        at = above.get(at)
