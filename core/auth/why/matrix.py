"""What somebody may do with every kind of record: models x actions, how far it reaches, and from which role it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.auth.grants import WRITE_SHARED, Rows
from core.auth.rights_of_fields import LIMITS
from core.auth.rights_of_sharing import SHARING
from core.auth.why.holding import holding
from core.auth.why.sources import LEVELS, levels_of_role, titles
from core.auth.why.subjects import Subject
from core.i18n import LazyString
from core.orm.compose import ModelInfo
from core.orm.fields import Field
from core.orm.policy import action_label

USUAL: Final = ("read", "create", "update", "delete", "export", "import", "print")
"""The rights that are columns of their own; others are named beside them."""

Words = LazyString | str


@dataclass(frozen=True)
class Right:
    """One action on one model: the levels it has, and the roles that give each of them."""

    action: str
    label: Words
    levels: tuple[Rows, ...]
    roles: Mapping[Rows, tuple[Words, ...]]
    rules: tuple[Words, ...]
    """What record rules open beside, in words."""

    @property
    def shown(self) -> tuple[Rows, ...]:
        """The levels from little to much; what everything covers is left out."""
        return (Rows.COMPANY,) if Rows.COMPANY in self.levels else self.levels

    @property
    def words(self) -> list[LazyString]:
        """They in short words."""
        return [LEVELS[level] for level in self.shown]


@dataclass(frozen=True)
class ModelRights:
    """The rights on one model, and its fields that are not seen or not to be changed."""

    info: ModelInfo
    rights: Mapping[str, Right]
    hidden: tuple[Words, ...]
    fixed: tuple[Words, ...]
    limited: tuple[Words, ...]
    """Fields by whose values a role is limited to some of the records."""
    shared: tuple[Words, ...]
    """Names of the sharing rules that open records of others."""
    masked: tuple[Words, ...]
    """Fields whose values are kept from the subject on some records."""

    @property
    def usual(self) -> list[Right | None]:
        return [self.rights.get(action) for action in USUAL]

    @property
    def further(self) -> list[Right]:
        """Rights that only some models know."""
        return [right for action, right in self.rights.items() if action not in USUAL]


@dataclass(frozen=True)
class AddonRights:
    """The models of one addon on which there is any right."""

    addon: str
    title: Words
    models: tuple[ModelRights, ...]


def matrix(subject: Subject) -> list[AddonRights]:
    """Everything that the subject's roles give, by addon. Addons that are off in the company have nothing in it."""
    composed = subject.env.composition
    found = []
    for loaded in composed.loaded:
        if loaded.name in subject.identity.addons:
            own = [info for info in composed.models.values() if info.addon == loaded.name]
            models = tuple(rights for info in own if (rights := model_rights(subject, info)) is not None)
            if models:
                found.append(AddonRights(loaded.name, loaded.manifest.title, models))
    return found


def model_rights(subject: Subject, info: ModelInfo) -> ModelRights | None:
    """The rights on one model; None where there is none at all."""
    by_action: dict[str, dict[Rows, list[str]]] = defaultdict(lambda: defaultdict(list))
    for code in sorted(subject.identity.granting):
        for action, levels in levels_of_role(subject, code, info).items():
            for level in levels:
                by_action[action][level].append(code)
    if not by_action:
        return None
    rights = {action: _right(subject, info, action, by_action[action]) for action in _ordered(by_action)}
    hidden, fixed = closed_fields(subject, info)
    masked = [info.fields[name] for name in subject.policy.masks(info)]
    return ModelRights(
        info, rights, _labels(hidden), _labels(fixed), _labels(_limiting(subject, info)), _sharing(subject, info),
        _labels(masked),
    )  # fmt: skip


def _sharing(subject: Subject, info: ModelInfo) -> tuple[str, ...]:
    person = subject.identity
    rules = person.rights.of(SHARING).of(info.key, person.user_id, person.roles)
    return tuple(dict.fromkeys(rule.name for rule in rules))


def kept_fields(subject: Subject, info: ModelInfo, record_id: int) -> list[Field]:
    """The fields whose values are kept from the subject on this very record."""
    masks = subject.policy.masks(info)
    held = holding(subject.env, info, record_id, list(masks.values()))
    return [info.fields[name] for name, is_kept in zip(masks, held, strict=True) if is_kept]


def _limiting(subject: Subject, info: ModelInfo) -> list[Field]:
    by_role = subject.identity.rights.of(LIMITS).by_model.get(info.key, {})
    names = dict.fromkeys(
        name for code in sorted(subject.identity.granting) for name in by_role.get(code, {})
    )
    return [info.fields[name] for name in names if name in info.fields]


def closed_fields(subject: Subject, info: ModelInfo) -> tuple[list[Field], list[Field]]:
    """The fields whose values the subject does not see, and those that others may give values for."""
    policy = subject.policy
    readable, editable = policy.readable(info), policy.editable(info)
    fields = list(info.fields_for(subject.identity.addons).values())
    hidden = [one for one in fields if one.kind != "secret" and one.name not in readable]
    fixed = [one for one in fields if one.name in readable and one.name not in editable and _is_typed(one)]
    return hidden, fixed


def _is_typed(field: Field) -> bool:
    """Whether people give the field its value at all."""
    made = field.system or field.is_computed or field.readonly
    return not made and field.kind not in ("one2many", "state", "number")


def _right(subject: Subject, info: ModelInfo, action: str, levels: Mapping[Rows, list[str]]) -> Right:
    ordered = tuple(sorted(levels, key=list(LEVELS).index))
    roles = {level: tuple(titles(subject.env, codes)) for level, codes in levels.items()}
    rules = dict.fromkeys(rule.label for rule in subject.policy.rules(info, action))
    return Right(action, action_label(action, info), ordered, roles, tuple(rules))


def _ordered(actions: Iterable[str]) -> list[str]:
    known = [one for one in actions if one != WRITE_SHARED]
    return sorted(known, key=lambda one: (USUAL.index(one) if one in USUAL else len(USUAL), one))


def _labels(fields: Iterable[Field]) -> tuple[Words, ...]:
    return tuple(field.label for field in fields)
