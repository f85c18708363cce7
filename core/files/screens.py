"""The page of all files that the caller may see, with their records; what is typed about one of them; the bin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import String, cast, literal, select, union_all

from core.files.access import types_for
from core.files.document_kinds import document_kinds
from core.files.finding import Asked, find
from core.files.models import Attachment
from core.files.reading import NO_KIND, documents
from core.i18n import _
from core.orm.criteria import label_of, row_criteria
from core.orm.env import Env
from core.orm.searching import MAX_QUERY
from core.orm.trust import TRUSTED
from core.views.form import FormView
from core.views.layout import group, show
from core.views.listing import ListView
from core.views.menu import menu
from core.views.page import Page

Names = dict[tuple[str, int], str]


class AttachmentList(ListView[Attachment]):
    columns = [
        Attachment.name,
        Attachment.kind,
        Attachment.remark,
        Attachment.created_by,
        Attachment.created_at,
    ]
    order = "-id"
    filters = [Attachment.kind]


class AttachmentForm(FormView[Attachment]):
    layout = [
        group(_("Kind and remark"), show(Attachment.name, wide=True), Attachment.kind, Attachment.remark)
    ]


def attachments(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """One page of them, the newest first, found by words and narrowed to one type of record and one kind."""
    types = dict(sorted(((info.key, info.plural) for info in types_for(env)), key=lambda item: str(item[1])))
    kinds = document_kinds(env)
    model, kind = params.get("model", ""), params.get("kind", "")
    offered = {str(one.id): one.name(env.language) for one in kinds} | {str(NO_KIND): _("Without a kind")}
    asked = Asked(
        params.get("q", "").strip()[:MAX_QUERY], model if model in types else "",
        int(kind) if kind in offered else None, params.get("after"), params.get("before"),
    )  # fmt: skip
    found = find(env, asked, kinds)
    rows = documents(env, found.page)
    return {
        "rows": rows, "names": record_names(env, (row.record for row in rows)), "types": types, "kinds": offered,
        "text": asked.text, "model": asked.model, "kind": "" if asked.kind is None else str(asked.kind),
        "next": found.page.next, "previous": found.page.previous, "cut_short": found.page.cut_short,
        "more_records": found.more_records,
    }  # fmt: skip


def record_names(env: Env, records: Iterable[tuple[str, int]]) -> Names:
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
