"""What a change of the organisation does to who sees whose records, in words, before it is saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from core.api import Env, Hint, LazyString, _
from core.lifecycle.sight import Change, what_if

NAMED: Final = 8
_DECIDING: Final = {
    "base.department": ("parent", "manager"),
    "base.employee": ("department", "superior", "user"),
}
_SAID: Final[tuple[tuple[str, LazyString], ...]] = (
    ("gained", _("{viewers} will see the records of {owners}.")),
    ("lost", _("{viewers} will no longer see the records of {owners}.")),
    ("now_direct", _("{viewers} will be the direct superior of {owners}, and may edit their records.")),
    ("no_longer_direct", _("{viewers} will no longer be the direct superior of {owners}.")),
)


def sight_hints(env: Env, model: str, values: Mapping[str, Any]) -> list[Hint]:
    """A sentence for each group of people who gain or lose the same; none where nothing of it is changed."""
    info, key = env.info(model), values.get("id")
    columns = {
        info.fields[name].column_name: getattr(values[name], "id", values[name])
        for name in _DECIDING[model] if name in values
    }  # fmt: skip
    if "status" in values and model == "base.employee":
        columns["status"] = values["status"]
    if key is None or not columns:
        return []
    changes = what_if(env, info, int(key), columns)
    names = env.user_names({one for change in changes for one in _people(change)})
    return [Hint(text) for kind, sentence in _SAID for text in _sentences(changes, kind, sentence, names)]


def _people(change: Change) -> set[int]:
    return {change.viewer, *change.gained, *change.lost, *change.now_direct, *change.no_longer_direct}


def _sentences(
    changes: list[Change], kind: str, sentence: LazyString, names: Mapping[int, str]
) -> list[LazyString]:
    """Those who gain or lose the same people are named together."""
    groups: dict[frozenset[int], list[int]] = {}
    for change in changes:
        owners: frozenset[int] = getattr(change, kind)
        if owners:
            groups.setdefault(owners, []).append(change.viewer)
    return [
        sentence.format(viewers=_listed(viewers, names), owners=_listed(owners, names))
        for owners, viewers in groups.items()
    ]


def _listed(people: Collection[int], names: Mapping[int, str]) -> LazyString | str:
    found = sorted(names.get(one, f"#{one}") for one in people)
    if len(found) <= NAMED:
        return ", ".join(found)
    return _("{names} and {n} others", names=", ".join(found[:NAMED]), n=len(found) - NAMED)
