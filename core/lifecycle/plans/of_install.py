"""Plans of what adds: installing an addon, and bringing the installed ones up to the code on disk."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from core.auth.company_addons import enabled_addons
from core.errors import KeyuanError
from core.i18n import LazyString, _
from core.lifecycle.plan import InstallPlan, plan_install
from core.lifecycle.plans.contributions import contributions, shared_data
from core.lifecycle.plans.effort import beside, effort, short_locks
from core.lifecycle.plans.life_plan import Kind, LifePlan, Line, LineKind, Words
from core.lifecycle.plans.news import news
from core.lifecycle.plans.question import Question
from core.lifecycle.standing import sentence
from core.modules.graph import bridges, order, with_dependencies
from core.orm.schema_plan import Operation

_LINE_KINDS: Final[dict[str, LineKind]] = {
    "schema": "table", "table": "table", "column": "column", "type": "column", "index": "index",
    "constraint": "constraint", "security": "constraint", "statistics": "index",
}  # fmt: skip


def of_install(asked: Question) -> LifePlan:
    """The addon with what it needs and the bridges that come along."""
    refusals = list(_why_not(asked))
    if refusals:
        return LifePlan("install", asked.addon, (asked.addon,), (), tuple(refusals))
    return _adding(asked, "install", {asked.addon, *asked.installed})


def of_upgrade(asked: Question) -> LifePlan:
    """All installed addons: the tables of a deployment belong to one state of the code, so none rises alone.

    Asked for an addon that is as its code says already, it is refused; asked for the kernel's own, it is the plan of
    whatever there is to do.
    """
    return _adding(asked, "upgrade", asked.installed)


def _why_not(asked: Question) -> Iterator[Words]:
    """Reasons that are known without a look at the tables."""
    name, title = asked.addon, asked.title(asked.addon)
    found, registered = asked.known.get(name), asked.registered.get(name)
    if registered is not None and registered.state == "installed":
        yield _("{title} is installed already.", title=title)
    elif registered is not None:
        words = _("{title} was removed, and its data are kept. Restore it, or purge it first.", title=title)
        yield words
    elif found is None:
        yield _("There is no code for the addon {name}.", name=name)
    elif found.error is not None:
        yield sentence(found.error)
    elif gone := sorted(with_dependencies(asked.known, [name]) & (asked.registered.keys() - asked.installed)):
        names = asked.titles(gone)
        yield _("{title} needs {others}, which were removed. Restore these first.", title=title, others=names)
    elif not asked.is_composed(name):
        yield from _what_keeps_it_aside(asked)


def _what_keeps_it_aside(asked: Question) -> Iterator[Words]:
    wanted = {asked.addon, *asked.installed}
    errors = {one.name: one.error for one in order(asked.known.values(), wanted) if one.error is not None}
    for name in (asked.addon, *sorted(with_dependencies(asked.known, [asked.addon]) - {asked.addon})):
        error = errors.get(name)
        if error is not None:
            yield sentence(error)
    if asked.addon not in errors:
        yield _(
            "{title} could not be loaded; `keyuan addon check` tells why.", title=asked.title(asked.addon)
        )


def _adding(asked: Question, kind: Kind, names: Collection[str]) -> LifePlan:
    try:
        plan = plan_install(asked.connection, asked.composition, names, asked.app_role)
    except KeyuanError as error:
        return LifePlan(kind, asked.addon, (asked.addon,), (), (sentence(error),))
    addons = tuple(name for name in asked.composition.addons if name in {*plan.new, *plan.upgraded})
    work = InstallWork(asked, plan)
    lines = (
        *_companions(asked, plan.new), *_bridged_companies(asked, plan.new), *work.lines(),
        *news(asked, plan), *shared_data(asked, plan.new), *contributions(asked, plan.new),
    )  # fmt: skip
    refusals = _nothing_to_do(asked, plan) if kind == "upgrade" else ()
    return LifePlan(
        kind, asked.addon, addons or (asked.addon,), lines, refusals, work.seconds(), work.locks()
    )


def _nothing_to_do(asked: Question, plan: InstallPlan) -> tuple[Words, ...]:
    if asked.addon not in asked.installed:
        return (_("{title} is not installed.", title=asked.title(asked.addon)),)
    touched = {
        *plan.new,
        *plan.upgraded,
        *(one.addon for one in (*plan.schema.operations, *plan.schema.deferred)),
    }
    if not plan or (asked.addon != "base" and asked.addon not in touched):
        return (_("{title} is as its code says already.", title=asked.title(asked.addon)),)
    return ()


def _companions(asked: Question, new: Collection[str]) -> Iterator[Line]:
    """What comes along: dependencies, and bridges that nobody has to ask for."""
    wanted = with_dependencies(asked.known, [asked.addon])
    for name in (name for name in new if name != asked.addon):
        words = _("{title}, which it needs, is installed too", title=asked.title(name))
        yield Line("dependant", name, words) if name in wanted else asked.coming(name)


def _bridged_companies(asked: Question, new: Collection[str]) -> Iterator[Line]:
    """Companies where a bridge is on at once, since all that it connects is on there."""
    between = {name: asked.manifests[name] for name in new if asked.manifests[name].auto_install}
    for company in asked.companies.values() if between else ():
        for name in sorted(bridges(between, enabled_addons(asked.connection, company.id))):
            words = _(
                "{title} is switched on at once in “{company}”", title=asked.title(name), company=company.name
            )
            yield Line("company", company.code, words, detail=name)


@dataclass(frozen=True)
class InstallWork:
    """What `InstallPlan` says of the database, as lines with the sizes of the tables concerned."""

    asked: Question
    plan: InstallPlan

    def lines(self) -> Iterator[Line]:
        for operation in (*self.plan.schema.operations, *self.plan.schema.deferred):
            yield _line(operation, self._rows(operation))
        for step in self.plan.migrations:
            version = ".".join(map(str, step.version))
            words = _(
                "{title}: the step to version {version}", title=self.asked.title(step.addon), version=version
            )
            yield Line("migration", f"{step.addon} {version}", words, detail=step.path.name)

    def seconds(self) -> float:
        deferred = self.plan.schema.deferred
        return effort(
            changes=len(self.plan.schema.operations) + 10 * len(self.plan.schema.tables),
            generation=bool(self.plan),
            indexed=sum(self._rows(one) or 0 for one in deferred if one.kind == "index"),
            checked=sum(self._rows(one) or 0 for one in deferred if one.kind == "constraint"),
        )

    def locks(self) -> tuple[LazyString, ...]:
        changed = [one.table for one in self.plan.schema.operations if self._rows(one) is not None]
        return (*short_locks(changed), *beside(one.table for one in self.plan.schema.deferred))

    def _rows(self, operation: Operation) -> int | None:
        """Of a table that is there; None of one that is to be made."""
        schema, _dot, table = operation.table.partition(".")
        return self.asked.counter.rows([(schema, table)]).get((schema, table)) if table else None


def _line(operation: Operation, rows: int | None) -> Line:
    name = operation.table if operation.kind == "table" else operation.name
    detail = "" if operation.kind == "table" else operation.table or "schema"
    return Line(_LINE_KINDS[operation.kind], name, operation.words, rows, detail)
