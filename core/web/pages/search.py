"""One box for everything: hits of every record type, as far as the user may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from core.files.finding import Asked, find
from core.files.screens import ATTACHMENTS, record_names
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo, composition
from core.orm.env import Env
from core.orm.searching import MAX_QUERY
from core.orm.searching_all import first_hits
from core.views.navigation import MenuNode, menu_tree
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

HITS = 6


DOCUMENTS = "base.attachment"


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found; `record` is what it hangs on, where it is a document."""

    url: str
    label: str
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one record type; `url` is the list with all of them."""

    title: LazyString
    url: str
    lines: tuple[Hit, ...]
    has_more: bool


@endpoint("search", "/search", "GET")
def show(request: Request) -> Any:
    """Record types in the order of the navigation tree; those without a hit are left out."""
    text = request.GET.get("q", "").strip()[:MAX_QUERY]
    groups = _groups(request.env, text) if text else []
    return render(request, "search.pt", {"title": _("Search"), "search_text": text, "groups": groups})


def _searched(env: Env) -> list[ModelInfo]:
    """Types that the user reaches by the navigation and that have something to be found by."""
    models = composition().models
    keys = dict.fromkeys(_model_key(url) for url in _urls(menu_tree(env)))
    found = [models[key] for key in keys if key in models]
    return [info for info in found if info.searchable and env.can("read", info.key)]


def _groups(env: Env, text: str) -> list[Group]:
    searched = _searched(env)
    found = first_hits(env, [info for info in searched if info.key != DOCUMENTS], text, HITS + 1)
    groups = {info.key: _group(info, found[info.key], text) for info in searched if info.key in found}
    if any(info.key == DOCUMENTS for info in searched) and (group := _documents(env, text)) is not None:
        groups[DOCUMENTS] = group
    return [groups[info.key] for info in searched if info.key in groups]


def _documents(env: Env, text: str) -> Group | None:
    """Documents by their name and remark, with the records on which they hang."""
    rows = find(env, Asked(text, limit=HITS + 1), by_record=False).page.rows
    names = record_names(env, ((row[-2], row[-1]) for row in rows[:HITS]))
    lines = tuple(
        Hit(f"/r/{DOCUMENTS}/{row[0]}", row[2], names.get((row[-2], row[-1]))) for row in rows[:HITS]
    )
    url = f"{ATTACHMENTS.url}?{urlencode({'q': text})}"
    return Group(ATTACHMENTS.title, url, lines, len(rows) > HITS) if rows else None


def _group(info: ModelInfo, hits: list[tuple[int, str]], text: str) -> Group:
    lines = tuple(Hit(f"/r/{info.key}/{key}", name) for key, name in hits[:HITS])
    return Group(info.plural, f"/r/{info.key}?{urlencode({'q': text})}", lines, len(hits) > HITS)


def _urls(nodes: list[MenuNode] | tuple[MenuNode, ...]) -> list[str]:
    found = []
    for node in nodes:
        if node.url is not None:
            found.append(node.url)
        found += _urls(node.children)
    return found


def _model_key(url: str) -> str:
    """`/r/crm_leads.lead?preset=mine` is about `crm_leads.lead`."""
    path = url.partition("?")[0]
    if path == ATTACHMENTS.url:
        return DOCUMENTS
    return path.removeprefix("/r/").removesuffix("/new") if path.startswith("/r/") else ""
