"""Setting values on records, merged with what others have saved since they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.orm.guards import StaleRecord, unreachable
from core.orm.merging import hold_values, merged
from core.orm.part_writing import write_parts
from core.orm.policy import require
from core.orm.values import Problems, convert_all, raise_problems, refuse_locked, refuse_unknown
from core.orm.write_plan import plan_of

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

__all__ = ["StaleRecord", "unreachable", "write_records"]


def write_records(env: Env, info: ModelInfo, records: Sequence[Any], values: Mapping[str, Any], *,
                  version: int | None = None, strict: bool = False) -> None:  # fmt: skip
    """Set the same values on some records. With `version`, changes saved since then are merged field by field.

    Lists of parts are written after the record's own values, of one record at a time.
    """
    refuse_unknown(info, env, values)
    lists = {name: values[name] for name in plan_of(info, env.addons).parts if name in values}
    own = {name: value for name, value in values.items() if name not in lists}
    if strict:
        refuse_locked(info, env, own)
    if not all(env.is_granted(record) for record in records):
        require(env.policy, info, "update")
    problems: Problems = {}
    ready = convert_all(info, own, env.language, problems)
    raise_problems([problems])
    for record in records:
        hold_values(
            env, info, record, ready if version is None else merged(env, info, record, ready, version)
        )
    env.flush()
    if lists:
        write_parts(env, info, records, lists, strict=strict)
