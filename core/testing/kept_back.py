"""Whether a value that is kept from somebody leaves the door by any way: each way is asked, and its answer searched.

Nothing here knows how values are kept back, by a hidden field or by a mask of the record: only that they must not be
there.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any, Final

from core.errors import Conflict, KeyuanError, ValidationFailed
from core.orm.env import Env
from core.orm.fields import TEXTS, TO_MANY
from core.orm.history import entries_of
from core.testing.conformance import MOST, Population
from core.testing.exported import exported_cells, exported_lines
from core.testing.printed import texts_on_paper
from core.testing.programs import everything

KINDS: Final = frozenset({*TEXTS, "translated"}) - {"number"}
"""Kinds of fields whose values can be told apart in a text."""
SHORTEST: Final = 4
Ask = Callable[[], Any]


def kept_texts(env: Env, population: Population, names: Collection[str]) -> dict[str, set[str]]:
    """Field -> the texts by which the records of a company are told apart in it; `env` sees everything."""
    info = population.info
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    for record in env.load(info, sorted(population.live | population.binned)):
        for name in names:
            value = getattr(record, name)
            texts = value.values() if isinstance(value, dict) else [value]
            found[name].update(text for text in texts if isinstance(text, str) and len(text) >= SHORTEST)
    return {name: {text for text, times in texts.items() if times == 1} for name, texts in found.items()}


def told(env: Env, population: Population, kept: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Every way whose answer has one of the kept texts in it, or which finds records by one."""
    info = population.info
    texts = sorted({text for found in kept.values() for text in found})
    if not texts:
        return
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in texts))
    ways = _of_records(env, population) | _by_field(env, population, kept) | _of_others(env, population)
    for way, ask in ways.items():
        hit = pattern.search(_said(ask))
        if hit is not None:
            yield f"{info.key}: {way} tells {hit.group()!r}"
    yield from _found(env, population, kept)


def _said(ask: Ask) -> str:
    """An answer, or what a refusal says, as text."""
    try:
        return str(ask())
    except ValidationFailed as refusal:
        return f"{refusal} {[str(one) for texts in refusal.problems.values() for one in texts]}"
    except Conflict as refusal:
        return f"{refusal} {refusal.fields}"
    except KeyuanError as refusal:
        return str(refusal)


def _of_records(env: Env, population: Population) -> dict[str, Ask]:
    info, ids = population.info, sorted(population.live | population.binned)
    mine = info.cls.id.in_(ids)
    readable = env.policy.readable(info)
    columns = [f.name for f in info.fields.values() if f.name in readable and f.kind not in TO_MANY]
    visible = [row[0] for row in env.page(info.key, [], mine, limit=MOST).rows]
    return {
        "list": lambda: env.page(info.key, columns, mine, limit=MOST),
        "bin": lambda: env.page(info.key, columns, mine, limit=MOST, binned=True),
        "record": lambda: [env.read(info.key, one, columns) for one in visible],
        "page of a record": lambda: [env.look_at(info.key, one, columns, ("update",)) for one in visible],
        "export in cells": lambda: exported_cells(env, info, ids),
        "export in lines": lambda: exported_lines(env, info, ids),
        "programs": lambda: everything(env, info, ids, visible),
        "paper": lambda: [*texts_on_paper(env, population)],
        "names": lambda: env.labels(info.key, ids),
        "proposals": lambda: env.complete(info.key, "", MOST, mine),
        "history": lambda: [dict(entry.changes) for one in ids for entry in entries_of(env, info, one)],
        "explanation": lambda: [
            env.explain(action, one) for action in ("read", "update") for one in env.load(info, visible)
        ],
    }


def _by_field(env: Env, population: Population, kept: Mapping[str, Collection[str]]) -> dict[str, Ask]:
    key, mine = population.info.key, population.info.cls.id.in_(population.live)
    ways: dict[str, Ask] = {}
    for name in kept:
        ways[f"order by {name}"] = partial(_pages, env, population, name)
        ways[f"order by -{name}"] = partial(_pages, env, population, f"-{name}")
        ways[f"group by {name}"] = partial(env.group, key, [name], (), mine)
        ways[f"column {name}"] = partial(env.page, key, [name], mine)
        ways[f"a write of {name}"] = partial(_written, env, population, name)
    return ways


def _pages(env: Env, population: Population, order: str) -> list[Any]:
    """A page of one row with its keys, of which the addresses are made."""
    info = population.info
    page = env.page(info.key, [], info.cls.id.in_(population.live), order=order, limit=1)
    keys = (
        base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode()
        for key in (page.next, page.previous)
        if key
    )
    return [page.rows, *keys]


def _written(env: Env, population: Population, name: str) -> str:
    """What somebody is told who sends an old form with a value of their own; taken back in any case."""
    info = population.info
    value: Any = (
        {"en": "mine mine", "zh_CN": "mine mine"} if info.fields[name].kind == "translated" else "mine mine"
    )
    said = []
    for record in env.load(info, sorted(population.live)):
        savepoint = env.session.begin_nested()
        try:
            said.append(_said(partial(env.write, record, version=0, strict=True, **{name: value})))
        finally:
            savepoint.rollback()
            env.session.expunge_all()
    return str(said)


def _of_others(env: Env, population: Population) -> dict[str, Ask]:
    """The cells and groups of records that point to these."""
    ways: dict[str, Ask] = {}
    for other, field in population.info.references:
        if field.kind in TO_MANY or not field.is_stored or other.addon not in env.addons:
            continue
        if env.can("read", other.key) and field.name in env.policy.readable(other):
            name, key = field.name, other.key
            ways[f"cell {key}.{name}"] = partial(env.page, key, [name], order=name, limit=MOST)
            ways[f"group {key}.{name}"] = partial(env.group, key, [name])
    return ways


def _found(env: Env, population: Population, kept: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Filters and searches by a kept text that find the record."""
    info = population.info
    mine = info.cls.id.in_(population.live)
    is_searched = bool(info.searchable) and info.searched_names <= kept.keys()
    for name, texts in kept.items():
        for text in sorted(texts)[:2]:
            for op in ("eq", "contains", "starts"):
                if _matches(env, population, name, op, text):
                    yield f"{info.key}: the filter {name} {op} finds {text!r}"
            if is_searched and env.page(info.key, [], mine, search=text).rows:
                yield f"{info.key}: the search finds {text!r}"


def _matches(env: Env, population: Population, name: str, op: str, text: str) -> int:
    info = population.info
    try:
        return env.count(
            info.key, info.cls.id.in_(population.live), env.condition(info, name, op, text)
        ).value
    except KeyuanError:
        return 0
