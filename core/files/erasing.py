"""The files of a person whose data are erased: attachments with their versions, and contents that nobody else has."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Text, cast, select

from core.files.models import Attachment, File
from core.files.shelf import shelf_of
from core.i18n import _
from core.modules.events import implements
from core.modules.hookspecs import after_erase
from core.orm.audit_tables import audit
from core.orm.compose import composition
from core.orm.env import Env
from core.orm.erasing import forget, rewrite
from core.orm.erasing_words import MASK
from core.orm.removing import belonging, remove_rows, telling
from core.orm.trust import TRUSTED


@implements(after_erase)
def remove_files(env: Env, model: type[Any], ids: Sequence[int]) -> None:
    """Attachments of the records go for good, in the bin too; the content itself after the commit."""
    own, attachment = composition().info(model), env.info(Attachment)
    wanted = belonging(env, attachment, own.key, ids)
    hashes = contents_of_versions(env, attachment.key, wanted) | contents_of_versions(env, own.key, ids)
    if not wanted and not hashes:
        return
    reason = str(_("files of erased personal data"))
    system = env.sudo(reason)
    remove_rows(system, attachment, wanted)
    if wanted:
        forget(env, attachment, wanted, ["name", "content", "remark"], reason)
    drop_contents(system, hashes, reason)


@implements(after_erase)
def rename_stored(env: Env, words: Sequence[str]) -> None:
    """What was brought in under the name of somebody whose data were erased is called otherwise from now on."""
    info, reason = env.info(File), str(_("files of erased personal data"))
    naming = select(info.cls.id).where(
        info.cls.company_id == env.company_id, telling([info.table.c.name], words)
    )
    found = set(env.session.scalars(naming, execution_options=TRUSTED))
    if found:
        rewrite(env.sudo(reason), info, {key: {"name": MASK} for key in found})
        forget(env, info, found, ["name"], reason)


def drop_contents(env: Env, hashes: set[str], reason: str) -> None:
    """Remove contents that no record of the company has any more; the files themselves after the commit."""
    alone = hashes - _used(env, hashes) if hashes else hashes
    if alone:
        _remove_contents(env, alone, reason)


def _remove_contents(env: Env, hashes: set[str], reason: str) -> None:
    info = env.info(File)
    statement = select(info.cls.id).where(info.cls.company_id == env.company_id, info.cls.sha256.in_(hashes))
    rows = set(env.session.scalars(statement, execution_options=TRUSTED))
    remove_rows(env, info, rows)
    if rows:
        forget(env, info, rows, ["name", "sha256"], reason)
    env.after_commit(partial(_unlink, env, hashes))


def _unlink(env: Env, hashes: set[str]) -> None:
    shelf_of(env).remove(hashes, time.time() + 1)


def contents_of_versions(env: Env, model: str, ids: Iterable[int]) -> set[str]:
    """Hashes of every content that records have ever had, as the audit tells."""
    told = select(audit.c.changes).where(
        audit.c.company_id == env.company_id, audit.c.model == model, audit.c.record_id.in_(sorted(ids))
    )
    names = {one.name for one in composition().models[model].fields.values() if one.kind == "file"}
    if not names:
        return set()
    values = [
        change.get(end) for changes in env.session.scalars(told, execution_options=TRUSTED)
        for name, change in changes.items() if name in names for end in ("o", "n")
    ]  # fmt: skip
    return {str(one["sha256"]) for one in values if isinstance(one, Mapping) and "sha256" in one}


def _used(env: Env, hashes: set[str]) -> set[str]:
    """Those that some record of the company still has, in the bin or out of it."""
    found: set[str] = set()
    for info in env.composition.models.values():
        for one in info.fields.values():
            if one.kind != "file" or info.kind != "company":
                continue
            column = cast(info.table.c[one.column_name], Text)
            statement = select(column).where(info.table.c.company_id == env.company_id, column.is_not(None))
            texts = env.session.scalars(
                statement.where(column.op("~")("|".join(sorted(hashes)))), execution_options=TRUSTED
            )
            found |= {key for text in texts for key in hashes if key in str(text)}
    return found
