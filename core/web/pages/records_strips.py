"""The pictures on a record's page: its way through its states, its tasks, the documents before and after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from core.errors import NotFound
from core.i18n import LazyString, formatter
from core.orm.column_types import State
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import Field
from core.orm.history import entries_of
from core.orm.links import linked_ids
from core.orm.methods import Method
from core.views.effective import EffectiveForm, Shown, ShownNotebook, strips_in, walk
from core.views.effective_strips import ShownChain, ShownProcess, ShownSteps, ShownStrip
from core.web.pages.records_chain import chain_of
from core.web.request import Request
from core.web.widgets.cell import Cells, Place
from core.web.widgets.picture import Box, picture

MOST_ENTRIES: Final = 200
MOST_TASKS: Final = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """A state that the record was in; `by` is who moved it on, None while it lasts."""

    label: LazyString | str
    since: datetime
    until: datetime | None
    by: str | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Next:
    """What can be done now, and the state that follows."""

    label: LazyString
    target: LazyString | str
    url: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Later:
    """A picture that is asked for when somebody looks at it."""

    later_url: str


def strips(
    env: Env, form: EffectiveForm, key: int, at: Place, methods: Iterable[Method[..., Any]]
) -> dict[str, Any]:
    """The values of all pictures of a form by key: those in closed tabs, and chains, come later."""
    hidden = set(_in_closed_tabs(form.body))
    return {
        name: Later(f"/r/{form.model.key}/{key}?part=picture&key={name}")
        if name in hidden or isinstance(strip, ShownChain)
        else values_of(env, form.model, strip, key, at, methods)
        for name, strip in strips_in(form.body).items()
    }


def _in_closed_tabs(blocks: Iterable[Shown]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, ShownNotebook):
            for tab in block.tabs[1:]:
                yield from (one.key for one in walk(tab.items) if isinstance(one, ShownStrip))
            yield from _in_closed_tabs(block.tabs[0].items if block.tabs else ())


def one_strip(request: Request, form: EffectiveForm, key: int, at: Place) -> dict[str, Any]:
    """One picture of a record that the caller may see."""
    env, info = request.env, form.model
    strip = strips_in(form.body).get(request.GET.get("key", ""))
    if strip is None:
        raise NotFound()
    names = [info.state_field.name] if info.state_field is not None else []
    row, possible = env.look_at(info.cls, key, names, ())
    state = row[2] if names else None
    methods = [method for method in possible.methods if method.allowed_from(state)]
    return {"block": strip, "pictures": {strip.key: values_of(env, info, strip, key, at, methods)}}


def values_of(
    env: Env, info: ModelInfo, strip: ShownStrip, key: int, at: Place, methods: Iterable[Method[..., Any]]
) -> Any:
    """What the picture of one record shows."""
    if isinstance(strip, ShownProcess):
        return _process(env, info, strip, key, methods)
    if isinstance(strip, ShownSteps):
        return _steps(env, info, strip, key, at)
    return chain_of(env, info, strip, key)


def _process(
    env: Env, info: ModelInfo, strip: ShownProcess, key: int, methods: Iterable[Method[..., Any]]
) -> dict[str, Any]:
    visits = _visits(env, info, strip, key)
    following = [
        Next(one.label, one.target.label, f"/r/{info.key}/{key}/do/{one.name}", bool(one.arguments or one.confirm))
        for one in methods if one.target is not None
    ]  # fmt: skip
    return {"visits": visits, "following": following}


def _visits(env: Env, info: ModelInfo, strip: ShownProcess, key: int) -> list[Visit]:
    name = strip.field.name
    entries = [one for one in entries_of(env, info, key, limit=MOST_ENTRIES) if name in one.changes]
    entries.reverse()
    days = _days(env, info, strip, key)
    found = []
    for place, entry in enumerate(entries):
        code = entry.changes[name].get("n")
        if code is None:
            continue
        following = entries[place + 1] if place + 1 < len(entries) else None
        until = following.at if following is not None else None
        state = info.states.get(str(code), State(str(code), str(code)))
        by = (following.user_name or "") if following is not None else None
        late = _is_late(env, strip, str(code), entry.at, until, days)
        found.append(Visit(state.label, entry.at, until, by, late))
    return found


def _days(env: Env, info: ModelInfo, strip: ShownProcess, key: int) -> dict[str, Any]:
    """The days until which the record may be in a state, by code."""
    if not strip.due:
        return {}
    names = list(dict.fromkeys(field.name for field in strip.due.values()))
    row = env.read(info.cls, key, names)
    by_name = dict(zip(names, row[2:], strict=True))
    return {code: by_name[field.name] for code, field in strip.due.items()}


def _is_late(
    env: Env, strip: ShownProcess, code: str, since: datetime, until: datetime | None, days: dict[str, Any]
) -> bool:
    end = until or env.now
    limit, day = strip.limits.get(code), days.get(code)
    if limit is not None and end - since > limit:
        return True
    if day is None:
        return False
    if isinstance(day, datetime):
        return end > day
    return bool(end.astimezone(env.timezone).date() > day)


def _steps(env: Env, info: ModelInfo, strip: ShownSteps, key: int, at: Place) -> Any:
    """The drawing; None where the caller may not see the tasks."""
    target = strip.model
    if not env.can("read", target.key):
        return None
    fields = [
        one for one in (strip.title, strip.state, strip.due, strip.person, strip.done) if one is not None
    ]
    cells = Cells(fields, at)
    where = getattr(target.cls, target.fields[strip.back].attribute) == key
    page = env.page(target.cls, cells.names, where, order=target.order or "id", limit=MOST_TASKS)
    ids = [row[0] for row in page.rows]
    before = (
        linked_ids(env, target.link_tables[strip.after.name], ids) if strip.after is not None and ids else {}
    )
    boxes = [_task(env, strip, cells, row, before.get(row[0], []), at.language) for row in page.rows]
    further = _further(env, info, strip, key, at.language)
    last = frozenset(box.key for box in boxes) - frozenset(one for box in boxes for one in box.after)
    boxes += [Box(box.key, box.title, box.lines, box.look, None, last) for box in further]
    return {"svg": picture(boxes, str(strip.label)) if boxes else None, "is_cut": page.next is not None}


def _task(env: Env, strip: ShownSteps, cells: Cells, row: Any, before: list[int], language: str) -> Box:
    state, due = cells.value(row, strip.state.name), None
    if strip.due is not None:
        due = cells.value(row, strip.due.name)
    done = cells.value(row, strip.done.name) if strip.done is not None else None
    look = _look(strip.state, state)
    if look != "done" and isinstance(due, date) and due < env.today:
        look = "late"
    who = cells.label(row, strip.person.name) if strip.person is not None else None
    day = done.astimezone(env.timezone).date() if isinstance(done, datetime) else done or due
    said = [_said(strip.state, state, language), formatter("date", language, style="short")(day)]
    lines = [" · ".join(one for one in said if one), who or ""]
    title = str(cells.value(row, strip.title.name) or f"#{row[0]}")
    url = f"/r/{strip.model.key}/{row[0]}"
    return Box(f"t{row[0]}", title, lines, look, url, frozenset(f"t{one}" for one in before))


def _further(env: Env, info: ModelInfo, strip: ShownSteps, key: int, language: str) -> list[Box]:
    if not strip.further:
        return []
    row = env.read(info.cls, key, [one.name for one in strip.further])
    return [
        Box(field.name, field.label.translate(language), [_said(field, value, language)], _look(field, value))
        for field, value in zip(strip.further, row[2:], strict=True)
    ]


def _look(field: Field, value: Any) -> str:
    """How far a state or selection is: the first one waits, a final or the last one is done."""
    if isinstance(value, State):
        first = field.default.code if isinstance(field.default, State) else None
        return "done" if value.final else "waiting" if value.code == first else "running"
    codes = [code for code, _label in field.choices]
    if value is None or not codes or value == codes[0]:
        return "waiting"
    return "done" if value == codes[-1] else "running"


def _said(field: Field, value: Any, language: str) -> str:
    label = value.label if isinstance(value, State) else dict(field.choices).get(value, "")
    return label if isinstance(label, str) else label.translate(language)
