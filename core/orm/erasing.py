"""Erasing a person's data on request: what fields declared `personal` hold goes, figures and everything else stay.

    records         the one asked for, what is part of it, and what points to it by a relation declared `personal`;
                    in the bin too. Required texts become the record's number, everything else becomes empty.
    search, sort    follow from the values, as at any change
    audit           values and salts, those of the past included: asked for here, carried out by the owner
    other texts     which name the person, where the caller has chosen them: see erasing_texts.py
    copies          files, notices, jobs, uploads: whoever keeps any hears `after_erase` and removes them

The erasure itself is audited with its reason and without values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from core.errors import NotFound, ValidationFailed
from core.i18n import LANGUAGES, LazyString, _
from core.orm.audit_tables import audit, erasure
from core.orm.criteria import row_criteria
from core.orm.derived import add_grams, add_sort_keys, recompute_dependants, recompute_rows
from core.orm.erasing_words import expression, first_place, short_ones
from core.orm.fields import RELATIONS, Field, translations
from core.orm.history import Change, record_changes
from core.orm.pending import held, settle
from core.orm.policy import require
from core.orm.stored_file import StoredFile
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

ERASE: Final = "erase"
"""The function right, and the operation in the audit."""
SHORTEST_WORD: Final = 2
NO_PHONE: Final = "000"


@dataclass
class Group:
    """Records of one model and the fields that are emptied on them."""

    info: ModelInfo
    ids: set[int]
    fields: tuple[Field, ...]


@dataclass
class Erased:
    """What an erasure reaches; `words` are the texts of today and of the past that it takes away."""

    groups: list[Group] = field(default_factory=list)
    words: set[str] = field(default_factory=set)


def personal_fields(info: ModelInfo) -> tuple[Field, ...]:
    """The stored values of a model that tell of a person; of addons that are off too."""
    return tuple(
        one for one in info.fields.values() if one.personal and one.is_stored and one.kind not in RELATIONS
    )


def erasable(env: Env, info: ModelInfo) -> bool:
    """Whether the caller may erase on this model at all."""
    return bool(personal_fields(info)) and info.kind == "company" and env.policy.allowed(info, ERASE)


def reach_of(env: Env, info: ModelInfo, ids: Iterable[int]) -> list[Group]:
    """The records that an erasure of these reaches, the bin included. Raises NotFound for who may not erase them."""
    require(env.policy, info, ERASE)
    wanted = set(ids)
    criteria = row_criteria(env, info, info.cls, ERASE, binned=None)
    reached = select(info.cls.id).where(info.cls.id.in_(wanted), *criteria)
    if set(env.session.scalars(reached, execution_options=TRUSTED)) != wanted or not personal_fields(info):
        raise NotFound()
    found = {info.key: Group(info, wanted, personal_fields(info))}
    waiting = [(info, wanted)]
    while waiting:
        whole, keys = waiting.pop()
        for other, relation in whole.references:
            if not (relation.on_delete == "part_of" or relation.personal) or other.kind != "company":
                continue
            group = found.setdefault(other.key, Group(other, set(), personal_fields(other)))
            new = _pointing(env, other, relation, keys) - group.ids
            if new:
                group.ids |= new
                waiting.append((other, new))
    return [group for group in found.values() if group.ids and group.fields]


def _pointing(env: Env, other: ModelInfo, relation: Field, keys: set[int]) -> set[int]:
    """Records that point to these, or did before it was deleted: a reference that was cleared stands in the audit."""
    pointing = select(other.cls.id).where(getattr(other.cls, relation.attribute).in_(keys))
    found = set(env.session.scalars(pointing, execution_options=TRUSTED))
    if relation.on_delete == "clear":
        cleared = select(audit.c.record_id).where(
            audit.c.company_id == env.company_id, audit.c.model == other.key,
            audit.c.changes[relation.name]["o"].astext.in_([str(key) for key in keys]),
        )  # fmt: skip
        known = select(other.cls.id).where(other.cls.id.in_(cleared))
        found |= set(env.session.scalars(known, execution_options=TRUSTED))
    return found


def erase(env: Env, info: ModelInfo, ids: Iterable[int], reason: str) -> Erased:
    """Erase the personal data of these records. A reason is asked for; it must not hold what is to be forgotten."""
    if not reason.strip():
        raise ValidationFailed.at("reason", _("{name} is required.", name=_("Reason")))
    env.flush()
    done = Erased(reach_of(env, info, ids))
    for group in done.groups:
        done.words |= words_of_the_past(env, group)
    alike = expression(short_ones(done.words))
    if any(word in reason for word in done.words) or (alike is not None and first_place(reason, alike)):
        raise named_in_reason()
    for group in done.groups:
        _empty(env, group)
        forget(env, group.info, group.ids, [one.name for one in group.fields], reason)
    for group in done.groups:
        env.announce("after_erase", group.info, ids=sorted(group.ids), words=sorted(done.words))
    return done


def named_in_reason() -> ValidationFailed:
    """The refusal of a reason that would keep what is erased."""
    return ValidationFailed.at(
        "reason", _("The reason stays in the history: it must not name what is erased.")
    )


def forget(env: Env, info: ModelInfo, ids: Iterable[int], names: Sequence[str], reason: str) -> None:
    """Ask the owner to take values of records out of the audit, which happens within seconds."""
    values = {
        "model": info.key,
        "record_ids": sorted(ids), "fields": list(names), "user_id": env.user_id, "real_user_id": env.real_user_id,
        "request_id": env.request_id, "reason": reason.strip(),
    }  # fmt: skip
    rows = [{"company_id": home, **values} for home in _homes(env, info)]
    env.session.execute(insert(erasure).inline().values(rows), execution_options=TRUSTED)


def _homes(env: Env, info: ModelInfo) -> list[int]:
    """The companies in whose audit it may stand: that of the deployment’s rows once stood with it."""
    if info.is_walled_deployment:
        return [0, env.company_id]
    return [env.company_id if info.is_walled else 0]


def words_of_the_past(env: Env, group: Group) -> set[str]:
    """Every text that these fields hold or have ever held."""
    columns = [getattr(group.info.cls, one.attribute) for one in group.fields]
    rows = env.session.execute(
        select(*columns).where(group.info.cls.id.in_(group.ids)), execution_options=TRUSTED
    )
    values = [value for row in rows for value in row]
    names = {one.name for one in group.fields}
    told = select(audit.c.changes).where(
        audit.c.company_id == env.company_id,
        audit.c.model == group.info.key,
        audit.c.record_id.in_(group.ids),
    )
    for changes in env.session.scalars(told, execution_options=TRUSTED):
        values += [change.get(end) for name, change in changes.items() if name in names for end in ("o", "n")]
    texts = (text for one in values for text in texts_in(one))
    return {text for one in texts if len(text := one.strip()) >= SHORTEST_WORD}


def texts_in(value: Any) -> list[str]:
    """A text; of a translated one and of a sentence those of all languages, of a file its name."""
    if isinstance(value, LazyString):
        return [value.translate(language) for language in LANGUAGES]
    if isinstance(value, StoredFile):
        return [value.name]
    if isinstance(value, Mapping):
        return (
            [value["name"]] if "sha256" in value else [one for one in value.values() if isinstance(one, str)]
        )
    return [value] if isinstance(value, str) else []


def _empty(env: Env, group: Group) -> None:
    info = group.info
    rewrite(env, info, {
        key: {one.name: emptied(info, one, key) for one in group.fields} for key in sorted(group.ids)
    })  # fmt: skip


def rewrite(env: Env, info: ModelInfo, wanted: Mapping[int, Mapping[str, Any]]) -> None:
    """Write values by record, what follows from them, and the audit without values."""
    changes, every = [], {name for values in wanted.values() for name in values}
    for record in env.load(info, sorted(wanted)):
        values = dict(wanted[record.id])
        columns: dict[str, Any] = {info.fields[name].column_name: value for name, value in values.items()}
        add_sort_keys(info, values, values, columns)
        if info.searched_names & values.keys():
            whole = {name: getattr(record, name) for name in info.searched_names} | values
            add_grams(info, [whole], [columns])
        version = _write(env, info, record.id, columns)
        attributes = {info.fields[name].attribute: value for name, value in values.items()}
        for one in held(env, info, [record.id]).values():
            settle(
                one, {**attributes, "version": version, "changed_at": env.now, "changed_by_id": env.user_id}
            )
        changes.append(Change(record.id, version, {}))
    record_changes(env, info, ERASE, changes)
    recompute_rows(env, info, info.cls.id.in_(list(wanted)), every)
    recompute_dependants(env, info, sorted(wanted), every)


def _write(env: Env, info: ModelInfo, key: int, columns: dict[str, Any]) -> int:
    table = info.table
    common = {"changed_at": func.now(), "changed_by_id": env.user_id, "version": table.c.version + 1}
    statement = (
        update(table).where(table.c.id == key).values({**columns, **common}).returning(table.c.version)
    )
    return int(env.session.execute(statement, execution_options=TRUSTED).scalar_one())


def emptied(info: ModelInfo, one: Field, record_id: int) -> Any:
    """What stands in a personal field afterwards."""
    if one.name not in info.needed:
        return None
    if one.kind == "translated":
        return translations(f"#{record_id}")
    return NO_PHONE if one.kind == "phone" else f"#{record_id}"
