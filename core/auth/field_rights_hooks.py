"""What is asked when field rights and limits of roles change: a row names what there is, and what may be taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from core.auth.field_rights import is_limitable
from core.auth.models import FieldRight, ValueLimit
from core.auth.rights_hooks import check_own_roles, known_model
from core.auth.value_limits import LIMITING
from core.errors import ValidationFailed
from core.i18n import _
from core.modules.events import implements
from core.modules.hookspecs import after_create, after_restore, after_write
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field

KERNELS_OPEN: Final = frozenset({"base.employee", "base.department"})
"""Of the kernel's own records the only ones whose fields a company takes: the others keep the product going."""


@implements(after_create, model=FieldRight)
@implements(after_write, model=FieldRight)
@implements(after_restore, model=FieldRight)
def check_field_rights(env: Env, records: Sequence[Any]) -> None:
    """A field right names a field that can be taken from people, of a role of this company."""
    check_own_roles(env, records)
    for record in () if env.is_system else records:
        if not is_limitable(_field(env, record)):
            raise ValidationFailed.at("field", _("This field cannot be taken from a role."))


@implements(after_create, model=ValueLimit)
@implements(after_write, model=ValueLimit)
@implements(after_restore, model=ValueLimit)
def check_value_limits(env: Env, records: Sequence[Any]) -> None:
    """A limit names a field with values to choose from, and one of its values."""
    check_own_roles(env, records)
    for record in () if env.is_system else records:
        found = _field(env, record)
        if found.kind not in LIMITING or found.system:
            raise ValidationFailed.at("field", _("A role cannot be limited by this field."))
        if not _has_value(env, found, record.value):
            raise ValidationFailed.at("value", _("{name}: there is no such record.", name=found.label))


def can_be_limited(env: Env, info: ModelInfo) -> bool:
    """Whether companies take fields of this model from roles."""
    return info.addon in env.addons and (info.addon != "base" or info.key in KERNELS_OPEN)


def _field(env: Env, record: Any) -> Field:
    info = known_model(env, record.model)
    if not can_be_limited(env, info):
        raise ValidationFailed.at("model", _("The fields of {model} stay as they are.", model=info.plural))
    found = info.fields_for(env.addons).get(record.field)
    if found is None:
        raise ValidationFailed.at(
            "field", _("{model} has no field {name}.", model=info.label, name=record.field[:60])
        )
    return found


def _has_value(env: Env, field: Field, value: str) -> bool:
    if field.kind not in TO_ONE:
        return value in dict(field.choices)
    target = env.composition.models.get(str(field.target_key))
    if target is None or not (value.isascii() and value.isdecimal() and len(value) < 19):
        return False
    system = env.sudo(_("limits of roles"))
    where = [target.cls.id == int(value)]
    if field.option_list is not None:
        where.append(target.cls.list_code == field.option_list)
    return system.count(target, *where).value > 0
