"""From an identity to the Env that it works in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from core.auth.access import AccessPolicy
from core.auth.identity import Identity
from core.orm.env import Env


def make_env(
    session: Session, identity: Identity, channel: str, request_id: str | None = None, *,
    language: str | None = None, clock: Callable[[], datetime] | None = None,
    kept: bool = True,
) -> Env:  # fmt: skip
    """The Env of this caller over this session, bound by the caller's rights.

    `channel` says through which door they come ("page", "api:" and the number of the key, "import", "job", "cli",
    "demo"); it stands in the audit together with `request_id`, by which everything of one request can be undone. `kept`
    says that answers are remembered for the caller's next requests; not so for somebody about whom others only ask.
    """
    policy = AccessPolicy(identity)
    env = Env(
        session,
        policy,
        user_id=identity.user_id,
        real_user_id=identity.real_user_id,
        company_id=identity.company_id,
        companies=tuple(company_id for company_id, _name in identity.companies),
        addons=identity.addons,
        roles=identity.roles,
        direct_reports=identity.direct_reports,
        reports=identity.reports,
        departments=identity.departments,
        shared=identity.shared.models,
        language=language or identity.language,
        timezone=identity.timezone,
        clock=clock,
        channel=channel,
        request_id=request_id,
    )
    policy.bind(env, kept=kept)
    return env
