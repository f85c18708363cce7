"""Reading attachments of one record: the record is asked first, by the caller's rights; its files follow.

The rule of `core.files.access` says the same of all types of records at once, which is a long statement to plan. For
one record, or one attachment whose record is known by then, asking the record itself costs a tenth.
"""

from __future__ import annotations

from typing import Any, Final

from core.files.access import takes_files
from core.files.models import Attachment
from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.dormant import model_here
from core.orm.env import Env
from core.orm.listing import Page
from core.orm.reach import reachable_actions

COLUMNS: Final = ("name", "content", "created_at", "created_by")


def attachments_of(env: Env, info: ModelInfo, record_id: int, *, after: str | None, limit: int) -> Page:
    """The newest files of a record. Raises `NotFound` for a record that the caller may not read, or in the bin."""
    env.read(info.cls, record_id, [])
    where = (Attachment.model == info.key, Attachment.record_id == record_id)
    return _kernel(env).page(Attachment, COLUMNS, *where, order="-id", after=after, limit=limit)


def attachment(env: Env, key: int) -> Any:
    """One attachment. Raises `NotFound`, the same for a missing one and one of a record out of the caller's reach."""
    found = _kernel(env).get(Attachment, key)
    env.read(model_here(env, found.model), found.record_id, [])
    return found


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
