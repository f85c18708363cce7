"""The chain of documents around a record: where it came from, step by step, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from core.i18n import LazyString
from core.orm.column_types import State
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import Field
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


def chain_of(env: Env, info: ModelInfo, strip: ShownChain, key: int) -> list[list[Ring]]:
    """The steps of the chain from the first document to the last, the record's own among them.

    One statement for each kind of document and relation at a step, whatever their number.
    """
    own = {info.key: [key]}
    here = _rings(env, own, {}, is_here=True)
    back = _walk(env, info, strip, key, "before")
    onward = _walk(env, info, strip, key, "after")
    steps = [_rings(env, step, back.more) for step in reversed(back.steps)]
    return [one for one in (*steps, here, *(_rings(env, step, onward.more) for step in onward.steps)) if one]


@dataclass
class _Way:
    """Documents by model, step after step; `more` leads to the others of a model where there are too many."""

    steps: list[dict[str, list[int]]] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)


def _walk(env: Env, info: ModelInfo, strip: ShownChain, key: int, way: Literal["before", "after"]) -> _Way:
    """Each document stands at the farthest step at which it is found."""
    placed: dict[tuple[str, int], int] = {}
    found, todo = _Way(), {info.key: [key]}
    for step in range(STEPS):
        following: dict[str, list[int]] = {}
        for model, ids in todo.items():
            chain = strip if step == 0 else _strip(env, env.info(model))
            for one in getattr(chain, way) if chain is not None else ():
                target = str(one.target_key)
                if env.can("read", target):
                    met = _neighbours(env, env.info(model), one, ids, found.more)
                    following.setdefault(target, []).extend(met)
        todo = {
            model: list(dict.fromkeys(one for one in ids if (model, one) != (info.key, key)))
            for model, ids in following.items()
        }
        todo = {model: ids for model, ids in todo.items() if ids}
        if not todo:
            break
        placed |= {(model, one): step for model, ids in todo.items() for one in ids}
    found.steps = [{} for _step in range(1 + max(placed.values(), default=-1))]
    for (model, one), step in placed.items():
        found.steps[step].setdefault(model, []).append(one)
    return found


def _neighbours(env: Env, info: ModelInfo, one: Field, ids: Sequence[int], more: dict[str, str]) -> list[int]:
    """What the records point to by a field, or what points to them."""
    if one.kind != "one2many":
        page = env.page(info.cls, [one.name], info.cls.id.in_(ids), limit=len(ids))
        return [row[2] for row in page.rows if row[2] is not None]
    target = env.info(str(one.target_key))
    back = target.fields[str(one.back)]
    page = env.page(target.cls, [], getattr(target.cls, back.attribute).in_(ids), order="id", limit=SHOWN)
    if page.next is not None and len(ids) == 1:
        more[target.key] = f"/r/{target.key}?preset=&f={back.name}:eq:{ids[0]}"
    return [row[0] for row in page.rows]


def _rings(
    env: Env, step: dict[str, list[int]], more: dict[str, str], *, is_here: bool = False
) -> list[Ring]:
    rings = []
    for model, ids in step.items():
        info = env.info(model)
        links = _read(env, info, ids, is_here)
        if links:
            label = info.label if len(links) == 1 else info.plural
            rings.append(Ring(label, icon_of(info), links, more.get(model)))
    return rings


def _read(env: Env, info: ModelInfo, ids: Sequence[int], is_here: bool) -> list[Link]:
    """Names and states of documents."""
    names = name_columns(env, info)
    state = info.state_field.name if info.state_field is not None else None
    if state is not None and state not in env.policy.readable(info):
        state = None
    wanted = [*names, *([state] if state is not None and state not in names else [])]
    page = env.page(info.cls, wanted, info.cls.id.in_(ids), order="id", limit=len(ids))
    at = {column.name: column for column in page.columns}
    found = []
    for row in page.rows:
        name = row[at[names[0]].offset + at[names[0]].width - 1] if names else None
        shown = str(name) if name not in (None, "") else f"#{row[0]}"
        said = row[at[state].offset] if state is not None else None
        found.append(Link(shown, f"/r/{info.key}/{row[0]}", said, is_here))
    return found


def _strip(env: Env, info: ModelInfo) -> ShownChain | None:
    form = form_for(env, info.key)
    return next((one for one in strips_in(form.body).values() if isinstance(one, ShownChain)), None)
