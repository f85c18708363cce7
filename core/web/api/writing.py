"""Making, changing and deleting records as a program asks for it: only fields that are named here are ever set.

What the caller may set of a record is worked out first, and everything else in a body is refused at its name. Then
the kernel writes as it does for a form: rights, hooks, checks, merging and audit are its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.errors import BadRequest, NotFound, UserError
from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.guards import unreachable
from core.orm.values import Problems, raise_problems
from core.web.api.lines import line_lists, rows_of
from core.web.api.settable import own_values, settable
from core.web.saving import save

MOST_AT_ONCE: Final = 1_000


class VersionPassed(UserError):
    """The record has another version than the one that the caller has seen."""

    default = _("Someone else has changed this record in the meantime. Please read it again.")


def create_records(env: Env, info: ModelInfo, bodies: Sequence[Any]) -> list[int]:
    """All of them or none; problems of several are told by row."""
    if not 0 < len(bodies) <= MOST_AT_ONCE:
        raise BadRequest(_("From 1 to {most} records can be made at once.", most=MOST_AT_ONCE))
    found: list[Problems] = [{} for _body in bodies]
    rows = [_values(env, info, body, problems) for body, problems in zip(bodies, found, strict=True)]
    raise_problems(found)
    return env.create_many(info.cls, rows, strict=True)


def change_record(env: Env, info: ModelInfo, key: int, version: int, body: Mapping[str, Any]) -> Any:
    """Set what is named; what others have changed since `version` is merged. Gives the record. Raises Conflict."""
    record = env.get(info.cls, key)
    problems: Problems = {}
    values = _values(env, info, body, problems, record)
    raise_problems([problems])
    if values:
        save(env, info, key, version, values)
    return env.get(info.cls, key)


def _values(env: Env, info: ModelInfo, body: Any, problems: Problems, record: Any = None) -> dict[str, Any]:
    """The values of a body for the kernel. What is wrong with it is added to `problems`."""
    if not isinstance(body, dict):
        problems[""] = [_("A record is a JSON object.")]
        return {}
    known, lists = settable(env, info), line_lists(env, info)
    own = {name: value for name, value in body.items() if name not in lists}
    values = own_values(env, info, known, own, problems, record)
    for name in (one for one in lists if one in body):
        values[name] = rows_of(env, lists[name], body[name], problems, record)
    return values


def delete_record(env: Env, info: ModelInfo, key: int, version: int) -> None:
    """Into the bin, when it still is what the caller has seen. Raises VersionPassed."""
    env.delete(seen(env, info, key, version))


def seen(env: Env, info: ModelInfo, key: int, version: int) -> Any:
    """The record, kept from others until the transaction ends, at the version that the caller has seen."""
    try:
        (record,) = env.lock(info.cls, [key])
    except NotFound:
        raise unreachable(env, info, [key]) from None
    if record.version != version:
        raise VersionPassed()
    return record
