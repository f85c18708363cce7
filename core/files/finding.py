"""Finding documents among all that the caller may see: by their name and remark, their kind, and their record.

A document is a hit where its own texts match, where its kind is called so, or where it hangs on a record that the
search box would find. Which types of records have documents at all is asked first: a company hangs them on a dozen of
a hundred types, and the rights of all the others need not be planned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, Text, and_, exists, func, literal, or_, select

from core.files.access import types_for, within_reach
from core.files.document_kinds import DocumentKind
from core.files.models import Attachment
from core.files.reading import COLUMNS, not_kept_back, of_kind
from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.listing import Page
from core.orm.methods import Where
from core.orm.searching_all import first_hits
from core.orm.trust import TRUSTED

PAGE: Final = 50
RECORDS: Final = 50
"""Records of each type, the first of their lists, whose documents a text finds by the name of the record."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: words, one type of record, one kind of document; the place in the list."""

    text: str = ""
    model: str = ""
    kind: int | None = None
    after: str | None = None
    before: str | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """One page of documents. `more_records` says that the text names more records than were looked at."""

    page: Page
    more_records: bool


def find(env: Env, asked: Asked, kinds: Sequence[DocumentKind] = (), *, by_record: bool = True) -> Found:
    """The newest first. Of a text the names of `kinds` are looked at as well, and the names of records where the text
    is not sought in records anyway.
    """
    types = [info for info in types_in_use(env) if not asked.model or info.key == asked.model]
    where = [within_reach(env, types), *not_kept_back(env)]
    if asked.kind is not None:
        where.append(of_kind(env, asked.kind))
    named, more = _records(env, asked.text, types) if asked.text and by_record else ({}, False)
    page = env.sudo(_("files of a record within reach")).page(
        Attachment, COLUMNS, *where, search=asked.text or None, also=_also(env, asked.text, named, kinds),
        order="-id", after=asked.after, before=asked.before, limit=asked.limit,
    )  # fmt: skip
    return Found(page, more)


def types_in_use(env: Env) -> list[ModelInfo]:
    """The types of records that the caller may read and the company has hung documents on."""
    env.flush()
    cls, readable = env.info(Attachment).cls, types_for(env)
    keys = func.unnest(literal([info.key for info in readable], ARRAY(Text))).column_valued("key")
    hung = exists().where(cls.company_id == env.company_id, cls.model == keys, cls.deleted_at.is_(None))
    used = set(env.session.scalars(select(keys).where(hung), execution_options=TRUSTED))
    return [info for info in readable if info.key in used]


def _records(env: Env, text: str, types: Sequence[ModelInfo]) -> tuple[dict[str, list[int]], bool]:
    found = first_hits(env, [info for info in types if info.searchable], text, RECORDS + 1)
    ids = {model: [key for key, _name in hits[:RECORDS]] for model, hits in found.items()}
    return ids, any(len(hits) > RECORDS for hits in found.values())


def _also(
    env: Env, text: str, named: Mapping[str, Sequence[int]], kinds: Sequence[DocumentKind]
) -> Where | None:
    """Documents that the text finds by more than their own words; None for none."""
    ways: list[Any] = [
        and_(Attachment.model == model, Attachment.record_id.in_(ids)) for model, ids in named.items()
    ]
    called = [str(kind.id) for kind in kinds if text and kind.is_called(text)]
    if called:
        ways.append(env.condition(Attachment, "kind", "in", ",".join(called)))
    return or_(*ways) if ways else None
