"""Who may read and add files: whoever may read or change the record they hang on. Nothing is shared beside it.

One condition decides, for a single download, the panel of a record and the page of all attachments alike:

    attachment.model = 'crm_leads.lead' and exists (a lead of this id within the caller's reach)   or   … next model
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import and_, exists, false, or_, select

from core.auth.grants import BY_RULE, grant, record_rule
from core.auth.roles import USER
from core.files.models import Attachment, File
from core.orm.binding import sealed
from core.orm.compose import ModelInfo
from core.orm.criteria import row_criteria
from core.orm.methods import Where

BARE: Final = frozenset(
    {
        "base.attachment", "base.export", "base.external_key", "base.file", "base.job", "base.login_attempt",
        "base.mail", "base.notice", "base.one_time_token", "base.print", "base.schedule", "base.session",
    }
)  # fmt: skip
"""Records of the machinery, on which nobody hangs files."""

grants = [
    grant(USER, Attachment, "read create update delete", rows=BY_RULE),
    grant(USER, File, "read", rows=BY_RULE),
]


def takes_files(info: ModelInfo) -> bool:
    """Whether records of this model can have attachments."""
    return info.key not in BARE


def types_for(env: Any, action: str = "read") -> list[ModelInfo]:
    """The types of records with files on which the caller may do `action`, if only on some."""
    return [
        info for info in env.composition.models.values()
        if takes_files(info) and info.addon in env.addons and env.policy.allowed(info, action)
    ]  # fmt: skip


def within_reach(env: Any, infos: Iterable[ModelInfo]) -> Where:
    """What the rule says, of files on records of these types alone: for who asks with the kernel's eyes and knows that
    there are files on no others. The whole rule takes the server longer to plan than to carry out.
    """
    found: Where = sealed(or_(false(), *(_of_model(env, info, "read") for info in infos)))
    return found


@record_rule(Attachment, role=USER)
def of_records_within_reach(env: Any) -> Where:
    """Files of records that the caller may read."""
    return _of_records(env, "read")


@record_rule(Attachment, role=USER, actions="create update delete")
def of_records_to_change(env: Any) -> Where:
    """Files of open records that the caller may change."""
    return _of_records(env, "update")


@record_rule(File, role=USER)
def brought_in_by_me(env: Any) -> Where:
    """What the caller has brought in."""
    mine: Where = File.created_by == env.user_id
    return mine


def _of_records(env: Any, action: str) -> Where:
    return or_(false(), *(_of_model(env, info, action) for info in types_for(env, action)))


def _of_model(env: Any, info: ModelInfo, action: str) -> Where:
    attachment = env.composition.info(Attachment).cls
    found = select(info.cls.id).where(
        info.cls.id == attachment.record_id, *row_criteria(env, info, info.cls, action)
    )
    if action != "read" and info.state_field is not None:
        final = [state for state in info.states.values() if state.final]
        found = found.where(getattr(info.cls, info.state_field.name).not_in(final))
    return and_(attachment.model == info.key, exists(found.correlate(attachment)))
