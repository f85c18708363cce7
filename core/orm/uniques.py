"""Unique values: the database decides, people are told which field and which record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from core.errors import UserError, ValidationFailed
from core.i18n import _
from core.orm.tables import short_name

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


@contextmanager
def explain_duplicates(env: Env, info: ModelInfo, rows: Sequence[Mapping[str, Any]]) -> Iterator[None]:
    """Turn a violated constraint into words at its field. The savepoint keeps the transaction usable."""
    savepoint = env.session.connection(execution_options={}).begin_nested()
    try:
        yield
        savepoint.commit()
    except IntegrityError as error:
        savepoint.rollback()
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        for fields in info.uniques:
            if name == short_name("uq", info.name, *fields):
                text = _("{name}: this value is used already.", name=info.fields[fields[-1]].label)
                raise ValidationFailed({fields[-1]: [text]}) from error
        if name is not None and name.startswith("fk_"):
            raise UserError(_("A record that this one points to does not exist.")) from error
        raise
