"""Stored names that nothing answers to here: of what addon they are, and why they sleep.

A right, a job, a link or a notice may name a model, field, menu or page of an addon that is switched off in the
company, or that was removed from the deployment. Such names are never deleted: whoever meets one goes on without it,
says the sentence given here, and finds everything as it was when the addon is back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, text

from core.errors import NotFound
from core.i18n import LazyString, _
from core.modules.manifest import KERNEL
from core.orm.compose import Composition, ModelInfo
from core.orm.kernel_tables import addon as registered
from core.orm.trust import TRUSTED

_PACKAGE: Final = "addons."
_PLAIN: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_COLUMN: Final = text(
    "select a.attname from pg_attribute a where a.attrelid = to_regclass(:table) and a.attname = any(:names) "
    "and not a.attisdropped"
)


class Asleep(NotFound):
    """What was asked for belongs to an addon that is not there for this company now; the message says which."""


def switched_off(title: LazyString | str) -> LazyString:
    """Why something of an addon of this title cannot be had where it is off."""
    return _("This belongs to “{addon}”, which is switched off in this company.", addon=title)


def titles(composed: Composition) -> dict[str, LazyString | str]:
    """What the addons that run are called."""
    return {one.name: one.manifest.title for one in composed.loaded}


def asleep(env: Any, name: str) -> LazyString | None:
    """Why nothing answers to a dotted name, such as a model's, menu's, page's, job's, list's or role's; None where
    something does, or where no addon of this deployment ever had that name.
    """
    addon = addon_of(env.composition, name)
    if addon in env.addons or addon == KERNEL or not addon:
        return None
    title = titles(env.composition).get(addon)
    if title is not None:
        return switched_off(title)
    return _gone(addon, absent(env).get(addon))


def require_awake(env: Any, name: str) -> None:
    """Raises `Asleep` where `asleep` gives a reason."""
    reason = asleep(env, name)
    if reason is not None:
        raise Asleep(reason)


def model_here(env: Any, key: str) -> ModelInfo:
    """The model that a stored name or an address means to the caller. Raises `Asleep`, `NotFound` for other names."""
    info: ModelInfo | None = env.composition.models.get(key)
    if info is not None and (info.addon in env.addons or info.addon == KERNEL):
        return info
    require_awake(env, key)
    raise NotFound()


def field_asleep(env: Any, info: ModelInfo, name: str) -> LazyString | None:
    """Why a model has no field of that name here, for one of an addon that is off or gone; None for other names."""
    known = info.fields.get(name)
    if known is not None:
        is_here = known.addon in env.addons or known.addon == KERNEL
        return None if is_here else switched_off(titles(env.composition)[known.addon])
    return _of_the_absent(env, name, info)


def record_asleep(env: Any, info: ModelInfo, values: Mapping[str, Any]) -> LazyString | None:
    """Why a record that names something sleeps: the first field of `info.names`, and what a second one names of it."""
    named = [str(values[name]) for name in info.names if values.get(name)]
    if not named:
        return None
    reason = asleep(env, named[0])
    model = env.composition.models.get(named[0])
    return field_asleep(env, model, named[1]) if reason is None and model and len(named) > 1 else reason


def part_asleep(env: Any, name: str) -> LazyString | None:
    """The same for a preset or view that no addon of the composition declares."""
    return _of_the_absent(env, name)


def addon_of(composed: Composition, name: str) -> str:
    """`crm_sales` of `crm_sales.order`, `crm_sales.order/offer` and `addons.crm_sales.jobs.remind`."""
    if name.startswith("core."):
        return KERNEL
    job = next((addon for addon, one in composed.collect("job") if one.name == name), None)
    return job or name.removeprefix(_PACKAGE).partition(".")[0]


def absent(env: Any) -> dict[str, str]:
    """Addons that this database has known and that do not run now, with their state."""
    statement = select(registered.c.name, registered.c.state).where(
        registered.c.name.not_in(env.composition.addons)
    )
    return {row.name: row.state for row in env.session.execute(statement, execution_options=TRUSTED)}


def _of_the_absent(env: Any, name: str, info: ModelInfo | None = None) -> LazyString | None:
    """By the column that is still there; else nobody can tell, and all that are gone are named."""
    gone = absent(env) if _PLAIN.fullmatch(name) else {}
    if not gone:
        return None
    if info is not None:
        columns = {f"{addon}__{name}{end}": addon for addon in gone for end in ("", "_id")}
        asked = {"table": f'"{info.table.schema}"."{info.table.name}"', "names": list(columns)}
        found = env.session.execute(_COLUMN, asked, execution_options=TRUSTED).scalars().first()
        if found is not None:
            return _gone(columns[found], gone[columns[found]])
    return _("“{name}” is unknown here; it may belong to an addon that is not there now: {addons}.",
             name=name, addons=", ".join(sorted(gone)))  # fmt: skip


def _gone(addon: str, state: str | None) -> LazyString | None:
    if state is None:
        return None
    if state == "removed":
        return _("This belongs to “{addon}”, which was removed; its data are kept.", addon=addon)
    return _("This belongs to “{addon}”, which does not run at the moment.", addon=addon)
