"""Who sees mails: everybody the own, administrators all of their company."""

from __future__ import annotations

from typing import Any

from core.auth.grants import BY_RULE, grant, record_rule
from core.auth.roles import ADMIN, USER
from core.mail.models import Mail
from core.orm.methods import Where

grants = [grant(USER, Mail, "read", rows=BY_RULE), grant(ADMIN, Mail, "read export print")]


@record_rule(Mail, role=USER)
def my_mails(env: Any) -> Where:
    """Mails that the caller has sent."""
    mine: Where = Mail.user == env.user_id
    return mine
