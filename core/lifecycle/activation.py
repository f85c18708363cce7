"""Switching addons on and off for one company.

Off is not gone: the company's menus, views, overrides, hooks, jobs and routes of the addon vanish with its
next request, and its data stay. An addon is on together with those it depends on, and stays on while others
need it. Bridges (`auto_install`) come with the last of the addons that they connect and go with the first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from core.auth import company_addons
from core.errors import AccessDenied, NotFound, UserError
from core.i18n import LazyString, _
from core.lifecycle.errors import DependenciesNeeded, StillNeeded, UnknownAddon
from core.lifecycle.plan import manifests
from core.lifecycle.seed import seed_company
from core.modules.graph import bridges
from core.modules.manifest import KERNEL
from core.orm.compose import Composition, composition
from core.orm.env import Env
from core.orm.system_env import Source, system_env
from core.orm.trust import TRUSTED

ADMINISTRATORS: Final = ("base.admin", "base.system")
_KEEPER_OF_ALL: Final = "base.system"


@dataclass(frozen=True)
class Switch:
    """What switching on or off concerns: `addons` in the order in which they are switched."""

    company_id: int
    addon: str
    addons: tuple[str, ...]
    bridges: tuple[str, ...] = ()
    """Those of the addons that come and go with the ones that they connect."""

    @property
    def others(self) -> tuple[str, ...]:
        """What it needs or is needed by: shown, and confirmed once."""
        return tuple(name for name in self.addons if name != self.addon and name not in self.bridges)


def enabled_addons(source: Source, company_id: int) -> frozenset[str]:
    """The addons that are on in a company and in the composition, the kernel's own included."""
    return company_addons.enabled_addons(source.session if isinstance(source, Env) else source, company_id)


def plan_enable(source: Source, company_id: int, addon: str) -> Switch:
    """What has to be switched on for `addon` to work; nothing when it is on. Raises `UnknownAddon`."""
    composed = composition()
    wanted = _with_dependencies(composed, addon)
    already = enabled_addons(source, company_id)
    new = wanted - already
    between = bridges(manifests(composed), already | wanted) if new else set()
    brought = {name for name in between if _with_dependencies(composed, name) & new}
    return _switch(company_id, addon, new | brought)


def plan_disable(source: Source, company_id: int, addon: str) -> Switch:
    """What is switched off. Raises `StillNeeded` with the addons that build on it in this company."""
    composed = composition()
    if addon not in composed.addons:
        raise UnknownAddon(addon)
    if addon == KERNEL:
        raise UserError(_("The kernel's own addon is always on."))
    on = enabled_addons(source, company_id)
    above = [
        name
        for name in composed.addons
        if name in on and addon in _with_dependencies(composed, name) - {name}
    ]
    needing = [name for name in above if not manifests(composed)[name].auto_install]
    if needing:
        raise StillNeeded(_title(composed, addon), needing, [_title(composed, name) for name in needing])
    return _switch(company_id, addon, {addon, *above} if addon in on else set())


def _switch(company_id: int, addon: str, names: set[str]) -> Switch:
    composed = composition()
    addons = tuple(name for name in composed.addons if name in names)
    known = manifests(composed)
    return Switch(company_id, addon, addons, tuple(n for n in addons if known[n].auto_install and n != addon))


def enable(source: Source, company_id: int, addon: str, *, with_dependencies: bool = False) -> Switch:
    """Switch `addon` on and make its first data, in the caller's transaction.

    Raises `DependenciesNeeded` when others have to be switched on as well and the caller has not agreed to
    it, and `AccessDenied` for a user who administers neither this company nor the deployment.
    """
    composed = composition()
    _refuse_others(source, company_id)
    _lock_company(source, company_id)
    plan = plan_enable(source, company_id, addon)
    if plan.others and not with_dependencies:
        raise DependenciesNeeded(
            _title(composed, addon), plan.others, [_title(composed, name) for name in plan.others]
        )
    _switch_on(source, plan)
    return plan


def enable_all(source: Source, company_id: int) -> None:
    """Switch on every installed addon at once, as for a company that was just made. Raises `AccessDenied`."""
    _refuse_others(source, company_id)
    _lock_company(source, company_id)
    already = enabled_addons(source, company_id)
    _switch_on(source, Switch(company_id, KERNEL, tuple(n for n in composition().addons if n not in already)))


def switch_bridges_on(source: Source, new: Collection[str]) -> None:
    """Bridges that have just been installed are on at once in companies where all that they connect is on."""
    known = manifests(composition())
    between = [name for name in new if known[name].auto_install]
    company = composition().info("base.company").table
    live = select(company.c.id).where(company.c.deleted_at.is_(None)).order_by(company.c.id)
    for company_id in _execute(source, live).scalars().all() if between else ():
        on = enabled_addons(source, company_id)
        names = bridges({name: known[name] for name in between}, on)
        if names:
            _switch_on(source, _switch(company_id, KERNEL, names))


def _switch_on(source: Source, plan: Switch) -> None:
    if plan.addons:
        on = enabled_addons(source, plan.company_id) | {*plan.addons}
        with system_env(source, plan.company_id, on, _("switching on addons")) as env:
            _set(env, plan, enabled=True)
            seed_company(env, composition(), plan.addons)


def disable(source: Source, company_id: int, addon: str) -> Switch:
    """Switch `addon` off; its data stay. Raises as `plan_disable`, and `AccessDenied`."""
    _refuse_others(source, company_id)
    _lock_company(source, company_id)
    plan = plan_disable(source, company_id, addon)
    if plan.addons:
        with system_env(source, company_id, frozenset({KERNEL}), _("switching off an addon")) as env:
            _set(env, plan, enabled=False)
    return plan


def prepare_company(source: Source, company_id: int) -> None:
    """First data of the kernel's own addon for a company that was just made: its numbering rules."""
    with system_env(source, company_id, frozenset({KERNEL}), _("first data of a company")) as env:
        seed_company(env, composition(), {KERNEL})


def _set(env: Env, plan: Switch, *, enabled: bool) -> None:
    cls = composition().info("base.company_addon").cls
    switches = {one.addon: one for one in env.search(cls, cls.company_id == plan.company_id, limit=1000)}
    values: dict[str, Any] = {"enabled": enabled, "since": env.now, "by": env.user_id or None}
    for name in plan.addons:
        if name in switches:
            env.write(switches[name], **values)
    missing = [name for name in plan.addons if name not in switches]
    env.create_many(cls, [{"company": plan.company_id, "addon": name, **values} for name in missing])


def _with_dependencies(composed: Composition, addon: str) -> set[str]:
    known = manifests(composed)
    if addon in composed.aside:
        raise composed.aside[addon]
    if addon not in known:
        raise UnknownAddon(addon)
    found, waiting = set[str](), [addon]
    while waiting:
        name = waiting.pop()
        if name not in found and name in known:
            found.add(name)
            waiting.extend(known[name].depends)
    return found


def _title(composed: Composition, addon: str) -> LazyString | str:
    return manifests(composed)[addon].title


def _refuse_others(source: Source, company_id: int) -> None:
    if isinstance(source, Env) and not source.is_system:
        here = company_id == source.company_id and not source.roles.isdisjoint(ADMINISTRATORS)
        if not (here or _KEEPER_OF_ALL in source.roles):
            raise AccessDenied()


def _lock_company(source: Source, company_id: int) -> None:
    """Two people switch one after the other, so that neither's dependencies vanish under the other's
    hands.
    """
    company = composition().info("base.company").table
    _execute(source, select(func.pg_advisory_xact_lock(func.hashtextextended("keyuan.addons", company_id))))
    if _execute(source, select(company.c.id).where(company.c.id == company_id)).first() is None:
        raise NotFound()


def _execute(source: Source, statement: Any) -> Any:
    executor: Any = source.session if isinstance(source, Env) else source
    return executor.execute(statement, execution_options=TRUSTED)
