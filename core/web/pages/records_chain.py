"""The chain of documents around a record: where it came from, step by step, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.errors import AccessDenied, NotFound
from core.i18n import LazyString
from core.orm.column_types import State
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.views.effective import strips_in
from core.views.effective_strips import ShownChain
from core.views.resolve import form_for
from core.web.names import name_columns
from core.web.pages.records import icon_of

STEPS: Final = 6
"""So far from the record the chain is followed in each direction."""
SHOWN: Final = 12
"""Most documents of one kind that came of the same step."""


@dataclass(frozen=True, slots=True)
class Link:
    """One document; `state` is None where it has none, or none for the caller."""

    name: str
    url: str
    state: State | None
    is_here: bool = False


@dataclass
class Ring:
    """Documents of one kind at one step. `all_url` leads to the others where there are more."""

    label: LazyString
    icon: str | None
    links: list[Link] = field(default_factory=list)
    all_url: str | None = None


def chain_of(env: Env, info: ModelInfo, strip: ShownChain, key: int, language: str) -> list[list[Ring]]:
    """The steps of the chain from the first document to the last, the record's own among them.

    One statement for each kind of document at a step, whatever their number.
    """
    here, *_rest = _ring(env, info, [key], limit=1)
    here.links = [Link(one.name, one.url, one.state, is_here=True) for one in here.links]
    seen = {(info.key, key)}
    return [*reversed(_before(env, info, strip, key, seen)), [here], *_after(env, info, strip, key, seen)]


def _before(
    env: Env, info: ModelInfo, strip: ShownChain | None, key: int, seen: set[Any]
) -> list[list[Ring]]:
    """The steps towards the beginning, nearest first."""
    steps: list[list[Ring]] = []
    todo = [(info, strip, [key])]
    while todo and len(steps) < STEPS:
        rings, further = [], []
        for model, chain, ids in todo:
            for target, found in _pointed(env, model, chain, ids, seen):
                rings += _ring(env, target, found, limit=SHOWN)
                further.append((target, _strip(env, target), found))
        if rings:
            steps.append(rings)
        todo = further
    return steps


def _pointed(
    env: Env, info: ModelInfo, strip: ShownChain | None, ids: Sequence[int], seen: set[Any]
) -> list[tuple[ModelInfo, list[int]]]:
    """What records point to, by model, as far as it was not met before."""
    if strip is None or not strip.before:
        return []
    page = env.page(info.cls, [one.name for one in strip.before], info.cls.id.in_(ids), limit=len(ids))
    found: dict[str, list[int]] = {}
    for row in page.rows:
        for place, one in enumerate(strip.before):
            target, value = str(one.target_key), row[2 + 2 * place]
            if value is not None and (target, value) not in seen:
                seen.add((target, value))
                found.setdefault(target, []).append(value)
    return [(env.info(target), some) for target, some in found.items() if env.can("read", target)]


def _after(env: Env, info: ModelInfo, strip: ShownChain | None, key: int, seen: set[Any]) -> list[list[Ring]]:
    """The steps towards the end, nearest first."""
    steps: list[list[Ring]] = []
    todo = [(info, strip, [key])]
    while todo and len(steps) < STEPS:
        rings: list[Ring] = []
        further: list[tuple[ModelInfo, ShownChain | None, list[int]]] = []
        for _model, chain, ids in todo:
            for one in chain.after if chain is not None else ():
                target = env.info(str(one.target_key))
                if not env.can("read", target.key):
                    continue
                back = target.fields[str(one.back)]
                where = getattr(target.cls, back.attribute).in_(ids)
                made = _read(env, target, where, SHOWN)
                found = [link[0] for link in made[0] if (target.key, link[0]) not in seen]
                seen |= {(target.key, each) for each in found}
                if not found:
                    continue
                more = (
                    f"/r/{target.key}?preset=&f={back.name}:eq:{ids[0]}"
                    if made[1] and len(ids) == 1
                    else None
                )
                rings.append(Ring(target.plural, icon_of(target),
                                  [link for each, link in made[0] if each in found], more))  # fmt: skip
                further.append((target, _strip(env, target), found))
        if rings:
            steps.append(rings)
        todo = further
    return steps


def _ring(env: Env, info: ModelInfo, ids: Sequence[int], *, limit: int) -> list[Ring]:
    links, _more = _read(env, info, info.cls.id.in_(ids), limit)
    return [Ring(info.label, icon_of(info), [link for _key, link in links])] if links else []


def _read(env: Env, info: ModelInfo, where: Any, limit: int) -> tuple[list[tuple[int, Link]], bool]:
    """Names and states of the documents that meet a condition, and whether there are more."""
    names = name_columns(env, info)
    state = info.state_field.name if info.state_field is not None else None
    if state is not None and state not in env.policy.readable(info):
        state = None
    wanted = [*names, *([state] if state is not None and state not in names else [])]
    try:
        page = env.page(info.cls, wanted, where, order="id", limit=limit)
    except (AccessDenied, NotFound):
        return [], False
    at = {column.name: column for column in page.columns}
    found = []
    for row in page.rows:
        name = row[at[names[0]].offset + at[names[0]].width - 1] if names else None
        link = Link(
            str(name) if name not in (None, "") else f"#{row[0]}", f"/r/{info.key}/{row[0]}",
            row[at[state].offset] if state is not None else None,
        )  # fmt: skip
        found.append((row[0], link))
    return found, page.next is not None


def _strip(env: Env, info: ModelInfo) -> ShownChain | None:
    form = form_for(env, info.key)
    return next((one for one in strips_in(form.body).values() if isinstance(one, ShownChain)), None)
