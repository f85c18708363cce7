"""In which language, and on whose day, the kernel works for a company: in the company's own. What it writes there by
itself, such as the to-dos of the night, is read by everybody of the company.
"""

from __future__ import annotations

import logging
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.i18n import time_zone
from core.orm.compose import composition
from core.orm.trust import TRUSTED

_log: Final = logging.getLogger("keyuan.company")


def habits_of(session: Session, company_id: int) -> dict[str, Any]:
    """Language and time zone, as an `Env` takes them; nothing for what all companies share."""
    info = composition().models.get("base.company")
    if not company_id or info is None:
        return {}
    company = info.table
    asked = select(company.c.language, company.c.timezone).where(company.c.id == company_id)
    row = session.execute(asked, execution_options=TRUSTED).one_or_none()
    return {} if row is None else {"language": row.language, "timezone": zone_of(row.timezone, company_id)}


def zone_of(name: str, company_id: int) -> ZoneInfo:
    """A zone that the system does not know (any more) must not lock a company out."""
    try:
        return time_zone(name)
    except ValueError:
        _log.error("company %d has the unknown time zone %r; UTC is used", company_id, name)
        return ZoneInfo("UTC")
