"""Unique values: the database decides, people are told which field, which row of a batch, and which record has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError

from core.errors import UserError, ValidationFailed
from core.i18n import _
from core.orm.criteria import row_criteria
from core.orm.savepoints import undoable
from core.orm.tables import short_name
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

Row = tuple[Any, Mapping[str, Any]]
"""A record, or None for a new one, and its new values; values of a change are (old, new)."""


@contextmanager
def explain_duplicates(env: Env, info: ModelInfo, rows: Sequence[Row]) -> Iterator[None]:
    """Turn a violated constraint into words at its field. Where unique values are written, a savepoint keeps the
    transaction usable.
    """
    written = {name for _record, values in rows for name in values}
    try:
        if any(written & set(names) for names in info.uniques):
            with undoable(env):
                yield
        else:
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        for names in info.uniques:
            if name == short_name("uq", info.name, *names):
                raise _explained(env, info, names, rows) from error
        if name is not None and name.startswith("fk_"):
            raise UserError(_("A record that this one points to does not exist.")) from error
        raise


def _explained(env: Env, info: ModelInfo, names: tuple[str, ...], rows: Sequence[Row]) -> ValidationFailed:
    keys = [_key(info, names, record, values) for record, values in rows]
    own = [record.id for record, _values in rows if record is not None]
    taken = holders(env, info, names, [key for key in keys if key is not None], but=own)
    first = next(
        (n for n, key in enumerate(keys) if key is not None and (key in taken or key in keys[:n])), None
    )  # fmt: skip
    text = _("{name}: this value is used already.", name=info.fields[names[-1]].label)
    error = ValidationFailed({names[-1]: [text]})
    error.row = first if len(rows) > 1 else None
    return error


def _key(
    info: ModelInfo, names: Sequence[str], record: Any, values: Mapping[str, Any]
) -> tuple[Any, ...] | None:
    """The values of a row that must be unique together; None where one is empty, which counts as different."""
    found = []
    for name in names:
        if record is None:
            found.append(values.get(name))
        else:
            found.append(values[name][1] if name in values else getattr(record, info.fields[name].attribute))
    return None if any(value is None for value in found) else tuple(found)


def holders(
    env: Env,
    info: ModelInfo,
    names: Sequence[str],
    keys: Sequence[tuple[Any, ...]],
    *,
    but: Sequence[int] = (),
) -> dict[tuple[Any, ...], int]:
    """Which live records have these unique values: values -> id."""
    if not keys:
        return {}
    columns = [getattr(info.cls, info.fields[name].attribute) for name in names]
    system = env.sudo("unique values")
    statement = select(info.cls.id, *columns).where(
        tuple_(*columns).in_(keys), info.cls.id.not_in(but), *row_criteria(system, info, info.cls)
    )
    return {tuple(row[1:]): row[0] for row in env.session.execute(statement, execution_options=TRUSTED)}
