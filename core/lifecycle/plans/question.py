"""What every part of a plan asks: the addon, what is registered, what is found, and a way to count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection, select

from core.i18n import LazyString, _
from core.lifecycle.plans.life_plan import BRIDGE, Line
from core.lifecycle.plans.rows import Counter
from core.lifecycle.standing import sentence
from core.modules.discovery import Found
from core.modules.manifest import Manifest
from core.orm.compose import Composition
from core.orm.kernel_tables import addon as registry
from core.orm.trust import TRUSTED


class Registered(NamedTuple):
    """An addon whose tables are in the database, in use or set aside."""

    version: str
    state: str
    changed_at: datetime


class CompanyRow(NamedTuple):
    """A company as a plan names it."""

    id: int
    code: str
    name: str
    language: str


@dataclass(frozen=True)
class Question:
    """The question, in a transaction whose wall stands open for reading every company."""

    connection: Connection
    composition: Composition
    known: Mapping[str, Found]
    addon: str
    company_id: int | None
    app_role: str

    @cached_property
    def counter(self) -> Counter:
        return Counter(self.connection)

    @cached_property
    def registered(self) -> dict[str, Registered]:
        """Every addon in the registry, by name."""
        columns = (registry.c.name, registry.c.version, registry.c.state, registry.c.changed_at)
        return {row[0]: Registered(*row[1:]) for row in self.connection.execute(select(*columns))}

    @cached_property
    def installed(self) -> frozenset[str]:
        return frozenset(name for name, one in self.registered.items() if one.state == "installed")

    @cached_property
    def manifests(self) -> dict[str, Manifest]:
        """Manifests of all that can be read, also of what stands aside."""
        return {name: one.manifest for name, one in self.known.items() if one.manifest is not None}

    @cached_property
    def companies(self) -> dict[int, CompanyRow]:
        """Every company that is not in the bin."""
        table = self.composition.info("base.company").table
        columns = select(table.c.id, table.c.code, table.c.name, table.c.language)
        live = columns.where(table.c.deleted_at.is_(None)).order_by(table.c.id)
        rows = self.connection.execute(live, execution_options=TRUSTED)
        return {row[0]: CompanyRow(*row) for row in rows}

    def users(self, addons: Iterable[str]) -> dict[int, list[str]]:
        """By company, those of the addons that are switched on there, composed or not."""
        table = self.composition.info("base.company_addon").table
        on = select(table.c.company_id, table.c.addon).where(
            table.c.addon.in_(list(addons)), table.c.enabled, table.c.deleted_at.is_(None)
        )
        found: dict[int, list[str]] = {}
        for company_id, name in self.connection.execute(on, execution_options=TRUSTED):
            if company_id in self.companies:
                found.setdefault(company_id, []).append(name)
        return {company_id: sorted(found[company_id]) for company_id in sorted(found)}

    def title(self, name: str) -> LazyString | str:
        """What people call the addon; its name where no manifest can be read."""
        manifest = self.manifests.get(name)
        return manifest.title if manifest is not None else name

    def titles(self, names: Iterable[str]) -> list[LazyString | str]:
        return [self.title(name) for name in names]

    def coming(self, name: str) -> Line:
        """A bridge that comes with what it connects."""
        words = _("{title} comes by itself, as a bridge", title=self.title(name))
        return Line("dependant", name, words, detail=BRIDGE)

    def going(self, name: str) -> Line:
        """A bridge that goes with what it connects."""
        words = _("{title} goes along, as a bridge", title=self.title(name))
        return Line("dependant", name, words, detail=BRIDGE)

    def why_aside(self, name: str) -> LazyString:
        """Why an installed addon is not at work here."""
        error = self.composition.aside.get(name)
        if error is not None:
            return sentence(error)
        return _("{title} is installed, but its code is missing or broken.", title=self.title(name))

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Dependencies first: the composition's order, then the rest by name."""
        wanted = {*names}
        composed = [name for name in self.composition.addons if name in wanted]
        return (*composed, *sorted(wanted - {*composed}))

    def is_composed(self, name: str) -> bool:
        return name in self.composition.addons


def by_name(found: Sequence[Found]) -> dict[str, Found]:
    """Of several under one name the first, as discovery puts them."""
    known: dict[str, Found] = {}
    for one in found:
        known.setdefault(one.name, one)
    return known
