"""Reading attachments of one record: the record is asked first, by the caller's rights; its files follow.

The rule of `core.files.access` says the same of all types of records at once, which is a long statement to plan. For
one record, or one attachment whose record is known by then, asking the record itself costs a tenth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import not_

from core.errors import NotFound
from core.files.access import takes_files
from core.files.models import Attachment
from core.files.versions import newest_versions
from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.dormant import model_here
from core.orm.env import Env
from core.orm.listing import Page
from core.orm.methods import Where
from core.orm.reach import reachable_actions
from core.orm.stored_file import StoredFile

COLUMNS: Final = ("name", "content", "kind", "remark", "created_at", "created_by", "model", "record_id")
NO_KIND: Final = 0
"""Stands for documents of which nobody has said what they are."""


@dataclass(frozen=True, slots=True)
class Document:
    """An attachment as lists show it: its newest version, with its number, since when and from whom. `kind_id` is
    `NO_KIND` where nobody has said what it is.
    """

    id: int
    name: str
    content: StoredFile
    kind_id: int
    kind: str | None
    remark: str | None
    record: tuple[str, int]
    number: int
    at: datetime
    who: str | None


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many documents of a kind a record has; `id` is `NO_KIND` for those without one."""

    id: int
    name: str | None
    count: int


def attachments_of(
    env: Env, info: ModelInfo, record_id: int, *, kind: int | None = None, after: str | None, limit: int
) -> Page:
    """The newest files of a record, of all kinds or of one. Raises `NotFound` for a record that the caller may not
    read, or in the bin.
    """
    env.read(info.cls, record_id, [])
    where = [Attachment.model == info.key, Attachment.record_id == record_id, *not_kept_back(env)]
    if kind is not None:
        where.append(of_kind(env, kind))
    return _kernel(env).page(Attachment, COLUMNS, *where, order="-id", after=after, limit=limit)


def kinds_among(found: Sequence[Document]) -> list[KindCount]:
    """The kinds of all documents of a record, the most frequent first."""
    counts = Counter((one.kind_id, one.kind) for one in found)
    return [KindCount(key, name, count) for (key, name), count in counts.most_common()]


def kinds_of(env: Env, info: ModelInfo, record_id: int) -> list[KindCount]:
    """The same of a record with more documents than are in hand, for who has been shown some of them."""
    where = (Attachment.model == info.key, Attachment.record_id == record_id, *not_kept_back(env))
    rows = _kernel(env).group(Attachment, ["kind"], (), *where)
    return [KindCount(row.keys[0] or NO_KIND, row.labels[0], row.count) for row in rows]


def documents(env: Env, page: Page) -> list[Document]:
    """A page over `COLUMNS`, with the versions of its rows in one statement more."""
    newest = newest_versions(env, env.info(Attachment), [row[0] for row in page.rows], "content")
    found = []
    for key, _version, name, content, kind_id, kind, remark, made_at, _by, maker, *where in page.rows:
        last = newest.get(key)
        number, at, who = (last.number, last.at, last.who) if last is not None else (1, made_at, maker)
        record = (where[0], where[1])
        found.append(Document(key, name, content, kind_id or NO_KIND, kind, remark, record, number, at, who))
    return found


def attachment(env: Env, key: int) -> Any:
    """One attachment. Raises `NotFound`, the same for a missing one and one of a record out of the caller's reach."""
    found = _kernel(env).get(Attachment, key)
    env.read(model_here(env, found.model), found.record_id, [])
    hidden = not_kept_back(env)
    if hidden and not _kernel(env).count(Attachment, Attachment.id == key, *hidden).value:
        raise NotFound()
    return found


def of_kind(env: Env, kind: int) -> Where:
    """Documents of one kind, or of `NO_KIND`."""
    return env.condition(Attachment, "kind", *(("empty", "1") if kind == NO_KIND else ("eq", str(kind))))


def not_kept_back(env: Env) -> list[Where]:
    """Documents of which nothing is kept from the caller by a mask of an addon; the others are not there for them.
    Files are read with the kernel's eyes once their record is known, so the mask is asked for here.
    """
    masks = (env.mask(Attachment, name) for name in ("name", "content", "kind", "remark"))
    return [not_(one) for one in masks if one is not None]


def may_add(env: Env, info: ModelInfo, record_id: int) -> bool:
    """Whether the caller may add files to a record: who may change it, as long as it is open."""
    if not takes_files(info) or "update" not in reachable_actions(env, info, record_id, ("update",)):
        return False
    if info.state_field is None:
        return True
    state = env.read(info.cls, record_id, [info.state_field.name])[2]
    return state is None or not state.final


def _kernel(env: Env) -> Env:
    return env.sudo(_("files of a record within reach"))
