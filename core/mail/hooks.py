"""Mails that hold somebody whose data are erased go; of the others the documents go, for they may hold anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from core.files.erasing import contents_of_versions, drop_contents
from core.i18n import _
from core.mail.models import Mail
from core.modules.events import implements
from core.modules.hookspecs import after_erase
from core.orm.env import Env
from core.orm.erasing import forget
from core.orm.removing import remove_rows, telling
from core.orm.trust import TRUSTED

_TEXTS = ("recipients", "subject", "text", "error", "paper")


@implements(after_erase)
def remove_mails(env: Env, model: type[Any], ids: Sequence[int], words: Sequence[str]) -> None:
    """Those of the records, and those that name the person; a document cannot be searched."""
    info, own = env.composition.info(Mail), env.composition.info(model)
    table = info.table
    theirs = or_(
        and_(table.c.model == own.key, table.c.record_id.in_(list(ids))),
        telling((table.c.recipients, table.c.subject, table.c.text, table.c.error), words),
    )
    reason = str(_("mails that may hold erased personal data"))
    every = select(table.c.id).where(table.c.company_id == env.company_id)
    gone = set(env.session.scalars(every.where(theirs), execution_options=TRUSTED))
    left = set(env.session.scalars(every.where(table.c.paper.is_not(None)), execution_options=TRUSTED)) - gone
    if not gone and not left:
        return
    system = env.sudo(reason)
    hashes = contents_of_versions(env, info.key, gone | left)
    remove_rows(system, info, gone)
    if gone:
        forget(env, info, gone, _TEXTS, reason)
    if left:
        system.write_many(Mail, sorted(left), paper=None)
        system.flush()
        forget(env, info, left, ["paper"], reason)
    drop_contents(system, hashes, reason)
