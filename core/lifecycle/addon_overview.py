"""All addons as administrators see them: what lies there, what is installed, what works, and where it is on.

Three sources are put together: the manifests as they are on disk now, the registry in the database, and the composition
that this process serves. A system administrator sees every company and every addon; the administrator of a company sees
what is installed, and the own company.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import or_, select

from core.auth.models import Company, CompanyAddon, User
from core.errors import AccessDenied, NotFound
from core.i18n import LazyString, _
from core.lifecycle.activation import ADMINISTRATORS
from core.lifecycle.plans.life_plan import Kind
from core.lifecycle.standing import sentence
from core.lifecycle.wishes import may_wish
from core.modules.manifest import KERNEL, parse_version
from core.modules.survey import SETTING, Seen, Survey, seen
from core.orm.env import Env
from core.orm.kernel_tables import addon as registry
from core.orm.trust import TRUSTED

State = Literal["installed", "broken", "removed", "available"]
STATES: Final[dict[State, LazyString]] = {
    "installed": _("Installed"), "broken": _("Broken"), "removed": _("Removed, data kept"), "available": _("Available"),
}  # fmt: skip
COMPANIES_AT_ONCE: Final = 50
Words = LazyString | str


@dataclass(frozen=True)
class AddonState:
    """One addon. `version` is that of its tables, `found` that of the code that lies there; either may be empty."""

    name: str
    title: Words
    summary: Words
    state: State
    version: str
    found: str
    error: Words
    place: str
    is_bridge: bool
    is_served: bool
    """Part of the composition of this process: it can be switched on and off for a company."""
    depends: tuple[tuple[str, Words], ...]
    needed_by: tuple[tuple[str, Words], ...]
    used_by: tuple[int, ...]
    """Ids of the companies where it is on, of those that the caller sees."""

    @property
    def is_newer(self) -> bool:
        """Whether newer code lies there than the tables belong to."""
        return bool(self.version and self.found) and parse_version(self.found) > parse_version(self.version)

    @property
    def operations(self) -> tuple[Kind, ...]:
        """What a system administrator may ask a plan for."""
        if self.name == KERNEL:
            return ()
        has_code = bool(self.found) and not self.error
        if self.state == "available":
            return ("install",) if has_code else ()
        if self.state == "removed":
            return ("restore", "purge") if has_code else ("purge",)
        upgrade: tuple[Kind, ...] = ("upgrade",) if self.is_newer and has_code else ()
        return (*upgrade, "empty", "remove") if self.is_served else (*upgrade, "remove")


def require_administrator(env: Env) -> None:
    """Raises `AccessDenied` for everybody else."""
    if env.roles.isdisjoint(ADMINISTRATORS):
        raise AccessDenied()


def decides_on(env: Env, company_id: int) -> bool:
    """Whether the caller decides on the addons of this company."""
    return env.first(Company, *_decided(env), Company.id == company_id) is not None


def company_count(env: Env) -> int:
    """Of how many companies the caller decides on the addons."""
    return env.count(Company, *_decided(env), cap=None).value


def companies_of(env: Env, offset: int = 0, text: str = "") -> tuple[list[Any], bool]:
    """Those companies by name, some at a time, or those with `text` in name or code; and whether there are more."""
    named = (field.icontains(text, autoescape=True) for field in (Company.name, Company.code))
    found: list[Any] = env.search(
        Company, *_decided(env), or_(*named), order="name", limit=COMPANIES_AT_ONCE + 1, offset=offset
    )
    return found[:COMPANIES_AT_ONCE], len(found) > COMPANIES_AT_ONCE


@dataclass(frozen=True)
class Switched:
    """The last time that somebody switched an addon in a company."""

    since: datetime
    by: str
    """Empty where the kernel did it, as for a new company."""


def switched_in(env: Env, name: str, companies: Collection[int]) -> dict[int, Switched]:
    """By company, of these that have a switch of the addon. The caller decides on all of them."""
    cls, user = env.composition.info(CompanyAddon).cls, env.composition.info(User).cls
    wanted = select(cls.company_id, cls.since, user.name).outerjoin(user, user.id == cls.by_id)
    wanted = wanted.where(
        cls.addon == name, cls.company_id.in_(companies), cls.since.is_not(None), cls.deleted_at.is_(None)
    )
    rows = env.session.execute(wanted, execution_options=TRUSTED)
    return {row.company_id: Switched(row.since, row.name or "") for row in rows}


def _decided(env: Env) -> tuple[Any, ...]:
    return () if may_wish(env) else (Company.id == env.company_id,)


def overview(env: Env) -> dict[str, AddonState]:
    """By name, sorted by title; the kernel's own first. Raises `AccessDenied`."""
    require_administrator(env)
    known, rows, used = addons_there(env), _registered(env), _used(env)
    titles = {name: one.title or name for name, one in known.items()}
    names = {*rows, *(known if may_wish(env) else ())}
    found = [_state_of(env, name, known, rows, used, titles) for name in names]
    found.sort(key=lambda one: (one.name != KERNEL, str(one.title), one.name))
    return {one.name: one for one in found}


def addon_state(env: Env, name: str) -> AddonState:
    """One of them. Raises `NotFound`."""
    found = overview(env).get(name)
    if found is None:
        raise NotFound()
    return found


def addons_there(env: Env) -> Mapping[str, Seen]:
    """On disk, as far as the session was told where; else what is composed."""
    survey: Survey | None = env.session.info.get(SETTING)
    if survey is not None:
        return survey()
    return {loaded.name: seen(loaded.found) for loaded in env.composition.loaded}


def _registered(env: Env) -> dict[str, Any]:
    return {row.name: row for row in env.session.execute(select(registry), execution_options=TRUSTED)}


def _used(env: Env) -> dict[str, list[int]]:
    """Where each addon is on."""
    cls, found = env.composition.info(CompanyAddon).cls, dict[str, list[int]]()
    wanted = select(cls.addon, cls.company_id).where(cls.enabled, cls.deleted_at.is_(None))
    companies = env.composition.info(Company).cls
    live = select(companies.id).where(companies.deleted_at.is_(None), *_decided(env))
    wanted = wanted.where(cls.company_id.in_(live))
    for row in env.session.execute(wanted.order_by(cls.company_id), execution_options=TRUSTED):
        found.setdefault(row.addon, []).append(row.company_id)
    return found


def _state_of(
    env: Env, name: str, known: Mapping[str, Seen], rows: Mapping[str, Any], used: Mapping[str, list[int]],
    titles: Mapping[str, Words],
) -> AddonState:  # fmt: skip
    code, row = known.get(name, Seen(name, "")), rows.get(name)
    is_served = name in env.composition.addons
    error = _error(env, name, code, row)
    state: State = "available" if row is None else "removed" if row.state == "removed" else "installed"
    needed_by = sorted(
        one.name for one in known.values() if name in one.depends and (one.name in rows or may_wish(env))
    )
    return AddonState(
        name, titles.get(name, name), code.summary, "broken" if error and state != "removed" else state,
        row.version if row is not None else "", code.version, error, code.place, code.is_bridge, is_served,
        tuple((need, titles.get(need, need)) for need in code.depends),
        tuple((need, titles[need]) for need in needed_by),
        tuple(used.get(name, ())) if is_served and name != KERNEL else (),
    )  # fmt: skip


def _error(env: Env, name: str, code: Seen, row: Any) -> Words:
    """Why it does not work, most telling first. Only what is installed is expected to be served."""
    aside = env.composition.aside.get(name)
    if row is None or row.state == "removed":
        return code.error
    if name in env.composition.addons:
        return ""
    if not code.place:
        return _("There is no code for the addon {name}.", name=name)
    return code.error or (sentence(aside) if aside is not None else _("It starts with the next generation."))
