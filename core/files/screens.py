"""The page of all files that the caller may see, with their records. One statement for the files, one for the names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import String, cast, literal, select, union_all

from core.files.access import takes_files
from core.files.models import Attachment
from core.i18n import LazyString, _
from core.orm.criteria import label_of, row_criteria
from core.orm.env import Env
from core.orm.searching import MAX_QUERY
from core.orm.trust import TRUSTED
from core.views.menu import menu
from core.views.page import Page

PAGE: Final = 50
COLUMNS: Final = ("name", "content", "created_at", "created_by", "model", "record_id")


def attachments(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """One page of them, the newest first, searched by name and narrowed to one type of record."""
    text = params.get("q", "").strip()[:MAX_QUERY]
    types = _types(env)
    model = params.get("model", "")
    where = [Attachment.model == model] if model in types else []
    page = env.page(
        Attachment, COLUMNS, *where, search=text or None, order="-id", after=params.get("after"),
        before=params.get("before"), limit=PAGE,
    )  # fmt: skip
    return {
        "rows": page.rows, "names": record_names(env, ((row[-2], row[-1]) for row in page.rows)), "types": types,
        "text": text, "model": model if model in types else "", "next": page.next, "previous": page.previous,
        "cut_short": page.cut_short,
    }  # fmt: skip


def _types(env: Env) -> dict[str, LazyString]:
    """The types of records that the caller may read, by what they are called."""
    found = {
        info.key: info.plural for info in env.composition.models.values()
        if takes_files(info) and info.addon in env.addons and env.can("read", info.key)
    }  # fmt: skip
    return dict(sorted(found.items(), key=lambda item: str(item[1])))


def record_names(env: Env, records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Names of records of many types, those the caller may see, in one statement."""
    wanted: dict[str, set[int]] = {}
    for model, key in records:
        wanted.setdefault(model, set()).add(key)
    parts = []
    for model, keys in wanted.items():
        info = env.info(model)
        name = cast(label_of(env, info, info.cls), String)
        where = (info.cls.id.in_(keys), *row_criteria(env, info, info.cls))
        parts.append(select(literal(model), info.cls.id, name).where(*where))
    if not parts:
        return {}
    statement = union_all(*parts) if len(parts) > 1 else parts[0]
    rows = env.session.execute(statement, execution_options=TRUSTED)
    return {(model, key): str(name) for model, key, name in rows}


ATTACHMENTS = Page("base.attachments", _("Attachments"), "attachments.pt", attachments)

menus = [menu("base.attachments", _("Attachments"), page=ATTACHMENTS, sequence=700, icon="paperclip")]
