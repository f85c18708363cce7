"""Records as plain values: one page of a list, or one record with the parts that its form shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from core.auth.currencies import company_currency
from core.exchange.beside import KEPT, links_of, texts_of
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field
from core.orm.page_statements import Column, columns_of
from core.views.effective import ShownLines
from core.web.api.asked import Asked
from core.web.api.lines import shown_lines
from core.web.api.values import Write, givable, plain, reference, references

ROOT: Final = "/api/v1"
MOST_COUNTED: Final = 10_000
LINES: Final = 500
"""Most parts that come with their record; the others are a list of their own."""
Row = tuple[Any, ...]
Item = dict[str, Any]


class Layout:
    """Which columns hold these fields, and what is read beside them: links to many records, texts in languages."""

    def __init__(self, env: Env, info: ModelInfo, fields: Iterable[Field]) -> None:
        self.env, self.info, self.fields = env, info, tuple(fields)
        names = dict.fromkeys(one.name for one in self.fields if not _is_beside(one))
        currencies = (one.currency for one in self.fields if one.kind == "money" and one.currency)
        readable = env.policy.readable(info)
        self.names = (
            *names,
            *(name for name in dict.fromkeys(currencies) if name not in names and name in readable),
        )

    def items(self, columns: Sequence[Column], rows: Sequence[Row]) -> list[Item]:
        """Each row as an object, with its number and version first."""
        places = {column.name: column for column in columns}
        ids = [row[0] for row in rows]
        writers = {one.name: self._writer(one, places, ids) for one in self.fields}
        return [
            {"id": row[0], "version": row[1], **{name: write(row) for name, write in writers.items()}}
            for row in rows
        ]

    def _writer(self, field: Field, places: Mapping[str, Column], ids: Sequence[int]) -> Write:
        if field.kind == "many2many":
            links = links_of(self.env, self.info, field, ids) if ids else {}
            return lambda row: None if links[row[0]] is KEPT else references(links[row[0]])
        if field.kind == "translated":
            texts = texts_of(self.env, self.info, field.name, ids) if ids else {}
            return lambda row: texts.get(row[0])
        at = places[field.name].offset
        if field.kind in TO_ONE:
            return lambda row: reference(row[at], row[at + 1])
        if field.kind == "money":
            return self._amount(field, at, places)
        return lambda row: plain(self.env, field, row[at])

    def _amount(self, field: Field, at: int, places: Mapping[str, Column]) -> Write:
        known = places.get(field.currency) if field.currency else None
        if field.currency is None:
            own = company_currency(self.env)
            return lambda row: plain(self.env, field, row[at], own)
        if known is None:
            return lambda row: plain(self.env, field, row[at])
        code = known.offset + known.width - 1
        return lambda row: plain(self.env, field, row[at], row[code])


def _is_beside(field: Field) -> bool:
    return field.kind in ("many2many", "translated")


def list_of(env: Env, info: ModelInfo, asked: Asked) -> Item:
    """One page of records, the address of the next one, and how many there are where that is asked for."""
    state, layout = asked.state, Layout(env, info, asked.fields)
    where, search = state.where(env), state.q or None
    page = env.page(
        info.cls, layout.names, *where, search=search, order=state.order, after=state.after, limit=state.limit
    )
    found: Item = {
        "items": layout.items(page.columns, page.rows),
        "next": None if page.next is None else f"{ROOT}/{info.key}?{asked.query(after=page.next)}",
    }
    if asked.wants_count:
        if page.hits is not None:
            where, search = [*where, info.cls.id.in_(page.hits)], None
        count = env.count(info.cls, *where, cap=MOST_COUNTED, search=search)
        found["count"] = {"value": count.value, "or_more": count.capped}
    return found


def record_of(env: Env, info: ModelInfo, key: int, names: Sequence[str] | None = None) -> Item:
    """One record, of these fields or of all that the caller gets. Raises NotFound."""
    known, lines = givable(env, info), shown_lines(env, info)
    wanted = (*known, *lines) if names is None else names
    layout = Layout(env, info, [known[name] for name in wanted if name in known])
    row = env.read(info.cls, key, layout.names)
    (found,) = layout.items(columns_of(env, info, layout.names), [row])
    more: Item = {}
    for name in (one for one in wanted if one in lines):
        found[name], onward = _parts(env, lines[name], key)
        if onward is not None:
            more[name] = onward
    return found | ({"more": more} if more else {})


def _parts(env: Env, block: ShownLines, key: int) -> tuple[list[Item], str | None]:
    target = block.model
    known = givable(env, target)
    layout = Layout(env, target, [one.field for one in block.columns if one.name in known])
    where = getattr(target.cls, target.fields[str(block.back)].attribute) == key
    page = env.page(target.cls, layout.names, where, order=block.order, limit=LINES)
    onward = None
    if page.next is not None:
        pairs = [("f", f"{block.back}:eq:{key}"), ("fields", ",".join(one.name for one in layout.fields))]
        pairs += [("order", block.order)] if block.order else []
        onward = f"{ROOT}/{target.key}?{urlencode([*pairs, ('limit', str(LINES)), ('after', page.next)])}"
    return layout.items(page.columns, page.rows), onward
