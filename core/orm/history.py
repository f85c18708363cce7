"""The audit: every write with old and new value, who, as whom, in which company, through which channel.

A value is kept with a salt and the digest of both. The chain of seals (later) runs over digests, so that a
person's value and salt can be erased and the chain still verifies.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, ColumnElement, bindparam, exists, select

from core.errors import NotFound
from core.orm.audit_tables import audit
from core.orm.bulk import NULL, json_text
from core.orm.criteria import row_criteria
from core.orm.prepared import by_ids
from core.orm.recording import tell
from core.orm.sentence import read_sentence
from core.orm.stored_file import StoredFile
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env
    from core.orm.fields import Field

SALT_BYTES: Final = 8
NEWEST: Final = 2**31 - 1
"""No version is higher."""
_NEWEST_ROW: Final = 2**63 - 1

LINK: Final = "link"
"""The operation of an audit row at the far end of a many2many link. It has no version, since the row is not touched."""


TAKEN_OUT: Final = ("export", "print", "mail")
LOOKED: Final = (*TAKEN_OUT, "keep")
"""Operations that changed nothing, so there is nothing to undo: data were taken out (those on lists have no record), or
somebody stayed with a value that an upgrade has another one for.
"""


@dataclass(frozen=True)
class Change:
    """What happened to one record: field name -> (old value, new value)."""

    record_id: int
    version: int
    values: Mapping[str, tuple[Any, Any]]


def record_changes(
    env: Env, info: ModelInfo, operation: str, changes: Sequence[Change], *, of_company: bool = False
) -> None:
    """Write the audit of many records with one statement, in the transaction of the change itself; for changes whose
    own statement does not write it (`core.orm.recording`).

    The values of computed fields are left out: they follow from others. What changed with rows that companies share is
    told to all of them; data taken out, and what is said to be `of_company`, to the company that did it.
    """
    is_of_company = of_company or operation in TAKEN_OUT
    home = env.company_id if is_of_company or info.is_walled else 0
    _write(env, info, operation, changes, info.secrets, home,
           is_where_rows_are=info.kind == "shared" and not is_of_company)  # fmt: skip


def record_links(
    env: Env, info: ModelInfo, name: str, new: Sequence[tuple[int, int]], gone: Sequence[tuple[int, int]]
) -> None:
    """The audit of links at their far end, under the name of model and field: `crm_base.task.helpers`."""
    target = env.composition.models[str(info.fields[name].target_key)]
    place = f"{info.key}.{name}"
    changes = [Change(right, 0, {place: (None, left)}) for left, right in new]
    changes += [Change(right, 0, {place: (left, None)}) for left, right in gone]
    _write(env, target, LINK, changes, frozenset(), env.company_id if info.is_walled else 0)


def _write(
    env: Env,
    info: ModelInfo,
    operation: str,
    changes: Sequence[Change],
    secrets: Collection[str],
    company_id: int,
    *,
    is_where_rows_are: bool = False,
) -> None:
    if changes:
        salts = fresh_salts(sum(len(change.values) for change in changes))
        texts = []
        for place, one in enumerate(changes):
            told = told_values(one.values, secrets, salts)
            texts.append(f'{{"_n":{place},"_id":{one.record_id},"_v":{one.version},{told}}}')
        tell(env, info, operation, texts, home=company_id, is_where_rows_are=is_where_rows_are)


def fresh_salts(count: int) -> Iterator[str]:
    """Random salts, one for each value of the audit."""
    width = 2 * SALT_BYTES
    drawn = os.urandom(SALT_BYTES * count).hex()
    return (drawn[start : start + width] for start in range(0, width * count, width))


def told_values(values: Mapping[str, tuple[Any, Any]], secrets: Collection[str], salts: Iterator[str]) -> str:
    """What the audit keeps of one record, as two members of a JSON object: `_c`, the changes, and `_d`, their digests.

    Of a secret it is told that it changed, not what it was.
    """
    return told_texts(
        {name: (json_text(old), json_text(new)) for name, (old, new) in values.items()}, secrets, salts
    )


def told_texts(values: Mapping[str, tuple[str, str]], secrets: Collection[str], salts: Iterator[str]) -> str:
    """`told_values` of values that are JSON texts already."""
    changes, digests = [], []
    for name, (old, new) in values.items():
        if name in secrets:
            old = new = NULL
        salt = next(salts)
        changes.append(f'"{name}":{{"o":{old},"n":{new},"s":"{salt}"}}')
        digests.append(f'"{name}":"{_digest(old, new, salt)}"')
    return f'"_c":{{{",".join(changes)}}},"_d":{{{",".join(digests)}}}'


def value_digest(old: Any, new: Any, salt: str) -> str:
    """What stays of a change when its values are erased."""
    return _digest(json_text(old), json_text(new), salt)


def _digest(old: str, new: str, salt: str) -> str:
    return sha256(f"{salt}[{old},{new}]".encode()).hexdigest()


def as_stored(field: Field, value: Any) -> Any:
    """A value of the audit as the column's type."""
    if value is None:
        return None
    if field.kind in ("money", "decimal"):
        return Decimal(str(value))
    if field.kind == "datetime":
        return datetime.fromisoformat(value)
    if field.kind == "date":
        return date.fromisoformat(value)
    if field.kind == "file":
        return StoredFile.from_json(value)
    if field.kind == "sentence":
        return read_sentence(str(value))
    return value


@dataclass(frozen=True)
class Entry:
    """One line of a record's history."""

    at: datetime
    operation: str
    version: int
    user_id: int | None
    real_user_id: int | None
    request_id: str
    channel: str
    changes: Mapping[str, Mapping[str, Any]]
    model: str
    record_id: int
    reason: str | None = None
    """Why the kernel did it, where it was not the user's own doing."""
    user_name: str | None = None
    """Everybody may know who changed what they may see."""
    id: int = 0
    real_user_name: str | None = None
    """Who did it in the name of the user; None where it was the user."""

    @property
    def erased(self) -> frozenset[str]:
        """Fields of which nothing is known any more but that they changed."""
        return frozenset(name for name, change in self.changes.items() if "s" not in change)


_ENTRY: Final = (audit.c.id, audit.c.at, audit.c.operation, audit.c.version, audit.c.user_id, audit.c.real_user_id,
                 audit.c.request_id, audit.c.channel, audit.c.changes, audit.c.model, audit.c.record_id,
                 audit.c.reason)  # fmt: skip


def entries_of(env: Env, info: ModelInfo, record_id: int, *, since: int = 0, until: int | None = None,
               before: int | None = None, limit: int = 50, giving: str | None = None) -> list[Entry]:  # fmt: skip
    """The newest changes of a record after version `since`, up to version `until`, older than the entry `before`; only
    those that gave the field `giving` a value, where it is named.

    None of a record that the caller may not see, in the bin or out of it; fields that are hidden, or kept from the
    caller on this record, are left out.
    """
    masks = env.policy.masks(info)
    statement = env.policy.remembered(
        ("entries", info.key, giving), lambda: _entries_statement(env, info, masks, giving)
    )
    last = NEWEST if until is None else until
    asked = {
        "of_record": record_id,
        "since": since,
        "until": last,
        "before": _NEWEST_ROW if before is None else before,
        "most": limit,
    }
    readable = env.policy.readable(info)
    found = []
    for row in env.session.execute(statement, asked, execution_options=by_ids()):
        values = dict(row._mapping)
        told = readable - {name for name in masks if values.pop(f"mask_{name}") is not False}
        values["changes"] = {name: change for name, change in row.changes.items() if name in told}
        found.append(Entry(**values))
    return found


def _entries_statement(env: Env, info: ModelInfo, masks: Mapping[str, Any], giving: str | None) -> Any:
    record_id, user = bindparam("of_record", type_=BigInteger), env.composition.info("base.user").table
    real = user.alias("real_user")
    seen = select(info.cls.id).where(
        info.cls.id == record_id, *row_criteria(env, info, info.cls, binned=None)
    )
    kept = (
        select(where).where(info.cls.id == record_id).scalar_subquery().label(f"mask_{name}")
        for name, where in masks.items()
    )
    given = [] if giving is None else [gives(giving)]
    return (
        select(*_ENTRY, user.c.name.label("user_name"), real.c.name.label("real_user_name"), *kept)
        .join_from(audit, user, audit.c.user_id == user.c.id, isouter=True)
        .join(real, (audit.c.real_user_id == real.c.id) & (real.c.id != audit.c.user_id), isouter=True)
        .where(_is_of_home(env, info))
        .where(
            audit.c.model == info.key, audit.c.record_id == record_id, audit.c.version > bindparam("since")
        )
        .where(audit.c.operation != LINK, exists(seen), audit.c.version <= bindparam("until"))
        .where(audit.c.id < bindparam("before"), *given)
        .order_by(audit.c.id.desc())
        .limit(bindparam("most"))
    )


def _is_of_home(env: Env, info: ModelInfo) -> ColumnElement[bool]:
    """What all companies share is told to all; what a company did with it by itself, to that company."""
    if info.kind == "company":
        return audit.c.company_id == env.company_id
    return audit.c.company_id.in_([0, env.company_id])


def gives(field: str) -> Any:
    """The entries of the audit that tell a new value of a field, other than nothing."""
    return audit.c.changes[(field, "n")].astext.is_not(None)


def entries_of_request(
    env: Env, request_id: str, *, before: int | None = None, limit: int = 1000
) -> list[Entry]:
    """The newest changes of one request in this company, older than the entry `before`, with all their fields."""
    statement = (
        select(*_ENTRY)
        .where(audit.c.request_id == request_id, audit.c.company_id.in_([0, env.company_id]))
        .where(
            audit.c.operation.not_in([LINK, *LOOKED]),
            audit.c.id < (_NEWEST_ROW if before is None else before),
        )
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    return [Entry(**row._mapping) for row in env.session.execute(statement, execution_options=TRUSTED)]


def in_state_since(env: Env, info: ModelInfo, record_id: int) -> datetime | None:
    """When the record came into the state in which it is; None where the caller may not know, or nobody does."""
    if info.state_field is None:
        return None
    name = info.state_field.name
    found = entries_of(env, info, record_id, limit=1, giving=name)
    return found[0].at if found and name in found[0].changes else None


def entry_of(env: Env, info: ModelInfo, record_id: int, entry_id: int) -> Entry:
    """One change of a record with all its fields. Raises NotFound where the caller may not see the record."""
    if not entries_of(env, info, record_id, before=min(entry_id, _NEWEST_ROW - 1) + 1, limit=1):
        raise NotFound()
    statement = select(*_ENTRY).where(
        audit.c.id == entry_id,
        _is_of_home(env, info),
        audit.c.model == info.key,
        audit.c.record_id == record_id,
        audit.c.operation != LINK,
    )
    found = env.session.execute(statement, execution_options=TRUSTED).one_or_none()
    if found is None:
        raise NotFound()
    return Entry(**found._mapping)
