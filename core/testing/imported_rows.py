"""Rows of an import that change, make or point to records: what comes of them is what the Env would do.

Of records that are out of sight their outcomes say nothing.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest import mock

from core.exchange.asked import Asked
from core.exchange.columns import exportable
from core.exchange.export_mapping import mapping_for
from core.exchange.importing import Import
from core.exchange.parsing import parse_mapping
from core.exchange.report import CREATED, UPDATED
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.testing.claims import MISSING
from core.testing.conformance import Ids, Population
from core.testing.exported import exported_lines
from core.testing.factories import Factory
from core.testing.import_trials import (
    KEPT,
    SOURCE,
    Undecided,
    import_of,
    outcomes_of,
    reasons_of,
    remember_keys,
    rows_ending,
    taken_back,
    takes,
    versions_of,
)
from core.testing.promises import was_done

TYPED: Final = ("text", "longtext")
PLAIN: Final = frozenset({*TYPED, "phone", "email", "url"})
FILE: Final = "rows.jsonl"


def changed_rows(env: Env, population: Population, seen: Ids, samples: Mapping[str, int]) -> Iterator[str]:
    """Rows by number and by key, one for a record of each standing: changed is what the Env changes as well."""
    info, typed = population.info, _typed(env, population.info)
    if typed is None:
        return
    wanted: dict[str, Any] = {typed.name: f"other {MISSING}"[: typed.max_length]}
    keys, text = sorted({*samples.values(), MISSING}), f"row {MISSING}"[: typed.max_length]
    rows = [{"number": str(key), "text": text} for key in keys]
    own = sorted(set(samples.values()) & (population.live | population.binned))
    files = [
        {"rows": rows, "record": [{"model": info.key, "number": "number", "fields": {typed.name: "text"}}]},
        {"rows": [{"key": f"k{key}", "text": f"{text[1:]}!"} for key in own] or [{"key": "", "text": ""}],
         "record": [{"model": info.key, "key": "{key}", "fields": {typed.name: "text"}}]},
    ]  # fmt: skip
    with taken_back(env):
        before = versions_of(env, info, keys)
        remember_keys(env, info, own)
        told = outcomes_of(import_of(env, files))
        after = versions_of(env, info, keys)
    said = {key: reasons_of(told["rows of file 1", at], key) for at, key in enumerate(keys, start=1)}
    for key in keys:
        by_number = told["rows of file 1", keys.index(key) + 1].action == UPDATED
        by_key = key in own and told["rows of file 2", own.index(key) + 1].action in (UPDATED, CREATED)
        done = key in seen and was_done(env, population, key, lambda record: env.write(record, **wanted))
        if (by_number or by_key) and done is not True:
            yield f"{key} is changed by {'its number' if by_number else 'key'}, and not by the Env"
        if done and not by_number:
            yield f"{key} is not changed: {said[key]}, and the Env changes it"
        if before.get(key) != after.get(key) and not (by_number or by_key):
            yield f"{key} is changed and nobody told"
        if key not in seen and said[key] != said[MISSING]:
            yield f"of {key}, which is out of sight, it is said {said[key]}, not {said[MISSING]}"
    yield from _by_right(env, info, "update", UPDATED, lambda: import_of(env, files[:1]))


def samples_of(population: Population, seen: Ids, changed: Ids) -> dict[str, int]:
    """A record of each standing."""
    kinds = {
        "changed": changed, "seen": seen - changed, "hidden": population.live - seen,
        "in the bin": population.binned - seen, "of another company": population.foreign - seen,
    }  # fmt: skip
    return {kind: max(ids) for kind, ids in kinds.items() if ids}


def _typed(env: Env, info: ModelInfo) -> Field | None:
    """A text that the caller may set and that no rule of a model looks at."""
    grouped = {name for names in info.uniques for name in names}
    found = (
        one for one in info.fields.values()
        if one.kind in TYPED and takes(env, info, one)
        and not (one.readonly or one.unique or one.choices or one.name in grouped)
    )  # fmt: skip
    return next(reversed([*found]), None)


def new_rows(env: Env, population: Population, seen: Ids, samples: Mapping[str, int]) -> Iterator[str]:
    """A copy of a record that the caller sees, as its export and a further import make it."""
    info = population.info
    names = tuple(exportable(env, info))
    if not env.policy.allowed(info, "export") or not any(takes(env, info, info.fields[one]) for one in names):
        return
    mapping = parse_mapping(mapping_for(env, Asked(info.key, (), names, form="jsonl"), FILE), SOURCE)
    lines = [
        _fresh(env, info, line) for line in exported_lines(env, info, sorted(seen & population.live)[:1])
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
        work = partial(Undecided, env, mapping, Path(folder), KEPT)
        yield from _by_right(env, info, "create", CREATED, work) if lines else ()


def _fresh(env: Env, info: ModelInfo, line: Mapping[str, Any]) -> dict[str, Any]:
    """Without its number, and with new texts where there is one of each."""
    factory, grouped = Factory(env), {name for names in info.uniques for name in names}
    once = {
        one.name for one in info.fields.values() if one.kind in PLAIN and (one.unique or one.name in grouped)
    }
    return {
        name: factory.value(info.fields[name]) if name in once else value
        for name, value in line.items() if name != "id"
    } | {"id": None}  # fmt: skip


def _by_right(
    env: Env, info: ModelInfo, right: str, action: str, work: Callable[[], Import]
) -> Iterator[str]:
    """Rows of which something comes by virtue of a right: nothing does where the right alone is taken away."""
    allowed = env.policy.allowed
    with taken_back(env):
        done = rows_ending(work(), action)
    if done and not allowed(info, right):
        yield f"rows {done} end with “{action}” without the right to {right}"
    if not done:
        return
    rest = mock.patch.object(env.policy, "allowed", lambda one, what: what != right and allowed(one, what))
    with rest, taken_back(env):
        left = rows_ending(work(), action)
    if left:
        yield f"rows {left} end with “{action}” although the right to {right} was taken away"


def pointing_rows(env: Env, population: Population, seen: Ids, samples: Mapping[str, int]) -> Iterator[str]:
    """What is out of sight is as if it was not there for rows that point to it, by number or by key."""
    pointing = _pointing(env, population.info)
    if pointing is None:
        return
    other, field = pointing
    keys = [key for kind, key in samples.items() if kind != "in the bin"] + [MISSING]
    lookup = {"lookup": population.info.key}
    files = [
        {"rows": [{"row": f"n{key}", "to": str(key)} for key in keys],
         "record": [{"model": other.key, "key": "{row}", "fields": {field: {"column": "to", **lookup, "by": "id"}}}]},
        {"rows": [{"row": f"m{key}", "to": f"k{key}"} for key in keys],
         "record": [{"model": other.key, "key": "{row}", "fields": {field: {**lookup, "key": "{to}"}}}]},
    ]  # fmt: skip
    with taken_back(env):
        remember_keys(env, population.info, [key for key in keys if key in population.live])
        told = outcomes_of(import_of(env, files))
    for file in ("rows of file 1", "rows of file 2"):
        said = {key: reasons_of(told[file, at], key) for at, key in enumerate(keys, start=1)}
        for key in keys:
            if key not in seen and said[key] != said[MISSING]:
                yield f"of {key}, out of sight, {other.key}.{field} says {said[key]}, not {said[MISSING]}"
            if key in seen and said[key] == said[MISSING]:
                yield f"{other.key}.{field} does not find {key}, which is seen"


def _pointing(env: Env, info: ModelInfo) -> tuple[ModelInfo, str] | None:
    """A model whose rows the caller may import, and a field of it that points here."""
    return next((
        (other, one.name) for other, one in info.references
        if one.kind in {*TO_ONE, *TO_MANY} - {"option"} and {other.addon, one.addon} <= env.addons
        and env.policy.allowed(other, "import") and takes(env, other, one) and info.key != "base.company"
    ), None)  # fmt: skip
