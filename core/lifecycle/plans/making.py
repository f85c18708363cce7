"""`plan_life`: what an operation on an addon will do, worked out before anything happens.

One file for each family of operations makes the lines (`of_install`, `of_company`, `of_leaving`); all read the
database and none changes it: the questions are asked in a savepoint that is taken back, with the wall between companies
open for reading.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection

from core.lifecycle.plans.life_plan import KINDS, LINE_KINDS, Kind, LifePlan, Line, LineKind, Words
from core.lifecycle.plans.of_company import of_disable, of_empty, of_enable
from core.lifecycle.plans.of_install import of_install, of_upgrade
from core.lifecycle.plans.of_leaving import of_purge, of_remove, of_restore
from core.lifecycle.plans.question import Question, by_name
from core.lifecycle.walls import all_companies
from core.modules.discovery import Found
from core.orm.compose import Composition
from core.orm.engine import Scope, apply_scope
from core.orm.schema import APPLICATION_ROLE

__all__ = ["KINDS", "LINE_KINDS", "Kind", "LifePlan", "Line", "LineKind", "Words", "plan_life"]

_PLANS: Final[dict[Kind, Callable[[Question], LifePlan]]] = {
    "install": of_install, "upgrade": of_upgrade, "enable": of_enable, "disable": of_disable,
    "remove": of_remove, "restore": of_restore, "purge": of_purge,
    "empty": of_empty,
}  # fmt: skip


def plan_life(
    connection: Connection,
    composition: Composition,
    found: Sequence[Found],
    kind: Kind,
    addon: str,
    *,
    company_id: int | None = None,
    app_role: str = APPLICATION_ROLE,
) -> LifePlan:
    """The plan of one operation on one addon; what stands in its way is in `refusals`, nothing is raised for it.

    The connection is the owner's. `composition` is the one in which the operation takes place: with the addon for
    install, restore and upgrade. `found` is what discovery found, with an addon's error where it cannot be loaded.
    `company_id` is asked for enable, disable and empty.
    """
    with connection.begin_nested() as savepoint:
        apply_scope(connection, Scope(read=all_companies(connection)))
        asked = Question(connection, composition, by_name(found), addon, company_id, app_role)
        plan = _PLANS[kind](asked)
        savepoint.rollback()
    return plan
