"""Which addons a company has switched on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from core.modules.manifest import KERNEL
from core.orm.compose import composition
from core.orm.trust import TRUSTED


def enabled_addons(source: Connection | Session, company_id: int) -> frozenset[str]:
    """The addons that are on in a company and part of the composition; the kernel's own always is."""
    composed = composition()
    table = composed.info("base.company_addon").table
    on = select(table.c.addon).where(
        table.c.company_id == company_id, table.c.enabled, table.c.deleted_at.is_(None)
    )
    executor: Any = source
    switched_on = executor.execute(on, execution_options=TRUSTED).scalars()
    return frozenset({KERNEL, *switched_on}) & frozenset(composed.addons)
