"""The page of a role's field rights: one kind of record at a time, each field with the right that it has.

Saving is in `core.web.pages.field_rights`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.auth.access import AccessPolicy
from core.auth.field_rights import is_limitable
from core.auth.field_rights_hooks import can_be_limited
from core.auth.field_rights_rows import rows_of
from core.auth.models import FieldRight, RoleRow, ValueLimit
from core.auth.models.field_right import EDITABLE, HIDDEN, READONLY, RIGHTS
from core.auth.rights_hooks import KEEPERS
from core.auth.roles import ADMIN, SYSTEM
from core.auth.value_limits import LIMITING
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import MISSING, TO_MANY, TO_ONE, Field
from core.views.menu import menu
from core.views.page import Page

MOST_ROLES: Final = 500
MOST_VALUES: Final = 80
"""A relation with more records is no choice of a limit."""
WITHOUT_LIMIT: Final = frozenset({"base.user", "base.company"})
_SAID: Final[dict[str, LazyString]] = dict(RIGHTS)


@dataclass(frozen=True, slots=True)
class Choice:
    """One right of one field, to be ticked."""

    value: str
    label: LazyString
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its choices; `notes` say what somebody should know before choosing."""

    name: str
    label: LazyString
    choices: tuple[Choice, ...]
    notes: tuple[LazyString, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A field by which the role can be limited: its values, as (value, name, ticked)."""

    name: str
    label: LazyString
    values: tuple[tuple[str, str | LazyString, bool], ...]
    is_set: bool


def field_rights(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """The roles and kinds of records to choose from, and where both are chosen, every field with its right."""
    roles, models = roles_to_limit(env), models_to_limit(env)
    role = next((one for one in roles if str(one.id) == params.get("role")), roles[0] if roles else None)
    info = models.get(params.get("model", "")) or next(iter(models.values()), None)
    found: dict[str, Any] = {
        "roles": [(one.id, in_words(one.title, env.language)) for one in roles], "role": role,
        "models": [(key, one.plural) for key, one in models.items()], "info": info, "lines": [], "limits": [],
        "others": [], "may_change": env.can("update", FieldRight),
    }  # fmt: skip
    if role is not None and info is not None:
        found |= {
            "lines": lines_of(env, role.id, info), "limits": limits_of(env, role.id, info),
            "others": _others(env, role.code, info),
        }  # fmt: skip
    return found


def roles_to_limit(env: Env) -> list[Any]:
    """The roles whose fields may be taken: all but the administrators'."""
    found = env.search(RoleRow, RoleRow.active.is_(True), order="code", limit=MOST_ROLES)
    return [one for one in found if one.code not in KEEPERS]


def models_to_limit(env: Env) -> dict[str, ModelInfo]:
    """The kinds of records, in the order of the addons."""
    return {key: info for key, info in env.composition.models.items() if can_be_limited(env, info)}


def lines_of(env: Env, role_id: int, info: ModelInfo) -> list[Line]:
    """Every field that can be taken, with what the company says of it for the role."""
    rows = rows_of(env, FieldRight, role_id, info)
    own = {one.field: one.right for one in rows if one.company_id == env.company_id}
    everywhere = {one.field: one.right for one in rows if one.company_id == 0}
    return [
        Line(found.name, found.label, tuple(_choices(found, own.get(found.name))),
             tuple(_notes(info, found, everywhere.get(found.name))))
        for found in info.fields_for(env.addons).values() if is_limitable(found)
    ]  # fmt: skip


def possible_rights(field: Field) -> tuple[str, ...]:
    """The rights that mean something for a field: nobody types what is computed, nobody reads a secret."""
    if field.kind == "secret":
        return (READONLY, EDITABLE)
    if field.is_computed or field.readonly or field.kind == "one2many":
        return (HIDDEN, READONLY)
    return (HIDDEN, READONLY, EDITABLE)


def _choices(field: Field, chosen: str | None) -> Iterable[Choice]:
    yield Choice("", _("As shipped"), chosen is None)
    for right in possible_rights(field):
        yield Choice(right, _SAID[right], right == chosen)


def _notes(info: ModelInfo, field: Field, everywhere: str | None) -> Iterable[LazyString]:
    if everywhere is not None:
        yield _("For all companies: {right}.", right=_SAID[everywhere])
    if field.name == info.display:
        yield _("Names the record: where it is hidden, people see a number.")
    if field.name in info.needed and field.default is MISSING and not field.readonly:
        yield _("Must be filled in: who cannot type it cannot make new records.")


def limits_of(env: Env, role_id: int, info: ModelInfo) -> list[Limit]:
    """The fields by which the role can be limited to values, with those that are ticked."""
    ticked = {
        (one.field, one.value)
        for one in rows_of(env, ValueLimit, role_id, info)
        if one.company_id == env.company_id
    }
    found = []
    for field in info.fields_for(env.addons).values():
        values = [(value, label, (field.name, value) in ticked) for value, label in _values(env, info, field)]
        if values:
            is_set = any(name == field.name for name, _value in ticked)
            found.append(Limit(field.name, field.label, tuple(values), is_set))
    return found


def _values(env: Env, info: ModelInfo, field: Field) -> list[tuple[str, str | LazyString]]:
    if (
        field.system
        or field.kind not in LIMITING
        or field.kind in TO_MANY
        or field.target_key in WITHOUT_LIMIT
    ):
        return []
    if field.kind not in TO_ONE:
        return [(code, label) for code, label in field.choices if code]
    if field.target_key == info.key or not env.can("read", str(field.target_key)):
        return []
    where = []
    if field.option_list is not None:
        where.append(env.condition("base.option", "list_code", "eq", field.option_list))
    page = env.page(str(field.target_key), ["id"], *where, order="id", limit=MOST_VALUES + 1)
    if len(page.rows) > MOST_VALUES:
        return []
    labels = env.labels(str(field.target_key), [row[0] for row in page.rows])
    return [(str(key), label) for key, label in sorted(labels.items())]


def _others(env: Env, code: str, info: ModelInfo) -> list[str]:
    """Names of the other roles that let people at the model: whoever holds one of them too has its fields."""
    policy = env.policy
    if not isinstance(policy, AccessPolicy):
        return []
    person, index = policy.identity, policy.index
    codes = index.granting_roles(info, "read", person.addons, person.rights)
    return [
        index.title_of(one, person.rights, env.language)
        for one in codes
        if one != code and one not in KEEPERS
    ]


def in_words(texts: Any, language: str) -> str:
    """A translated value in the reader's language, else in any."""
    return (
        str(texts.get(language) or next(iter(texts.values()), "")) if isinstance(texts, dict) else str(texts)
    )


FIELD_RIGHTS = Page(
    "base.field_rights", _("Field rights"), "field_rights.pt", field_rights, right=("update", FieldRight)
)

menus = [
    menu("base.field_rights", _("Field rights"), parent="base.administration", page=FIELD_RIGHTS, sequence=26,
         icon="eye-off", roles=(ADMIN, SYSTEM)),
]  # fmt: skip
