"""Plans of an addon's going and coming back: removing, restoring, purging. Its code may be missing or broken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from sqlalchemy import func, update

from core.errors import KeyuanError
from core.i18n import LazyString, _
from core.lifecycle.archives.shared_rows import condition_of, present_rows
from core.lifecycle.belongings import Belongings, aside, belongings
from core.lifecycle.plan import plan_install, with_what_comes_along
from core.lifecycle.plans.contributions import contributions
from core.lifecycle.plans.effort import effort, short_locks
from core.lifecycle.plans.life_plan import LifePlan, Line, Words
from core.lifecycle.plans.of_install import InstallWork
from core.lifecycle.plans.question import Question
from core.lifecycle.plans.references import references
from core.lifecycle.removal import needing
from core.lifecycle.standing import sentence
from core.modules.manifest import KERNEL
from core.orm.engine import run_script
from core.orm.kernel_tables import addon as registry
from core.orm.rls import quote

KEPT: Final = "kept"
"""The detail of the line in which the addon itself says what stays."""
_KERNEL_ROWS: Final[dict[str, LazyString]] = {
    "core.shipped": _("Values as they were shipped"), "core.stranded": _("Rows set apart"),
}  # fmt: skip
"""Tables of the kernel that are no models, as people read them."""


def of_remove(asked: Question) -> LifePlan:
    """The addon, and before it the bridges that stand on it. Refused while others need it."""
    bridges, refusals = _what_needs_it(asked)
    if refusals:
        return LifePlan("remove", asked.addon, (asked.addon,), (), refusals)
    names = (*bridges, asked.addon)
    owned = [belongings(asked.connection, name) for name in names]
    lines = (
        *(asked.going(name) for name in bridges), *_users(asked, names), *(_kept(asked, owned)),
        *references(asked, names), *contributions(asked, names),
    )  # fmt: skip
    touched = _touched(owned)
    seconds = effort(changes=sum(len(one.bonds) + len(one.columns) for one in owned), generation=True)
    return LifePlan("remove", asked.addon, names, lines, (), seconds, short_locks(touched))


def _what_needs_it(asked: Question) -> tuple[list[str], tuple[Words, ...]]:
    """The bridges that go along, the first to go first; and why the addon cannot go."""
    title = asked.title(asked.addon)
    registered = asked.registered.get(asked.addon)
    if asked.addon == KERNEL:
        return [], (_("The kernel's own addon cannot be removed."),)
    if registered is None:
        return [], (_("{title} is not installed.", title=title),)
    if registered.state == "removed":
        return [], (_("{title} is removed already, since {when}.", title=title, when=registered.changed_at),)
    others, bridges = needing(asked.known.values(), asked.installed, asked.addon)
    if others:
        names = asked.titles(others)
        return [], (_("{title} is needed by {others}. Remove these first.", title=title, others=names),)
    return bridges, ()


def _users(asked: Question, names: Collection[str]) -> Iterator[Line]:
    for company_id, on in asked.users(names).items():
        company = asked.companies[company_id]
        for name in on:
            words = _("“{company}” has {title} switched on", company=company.name, title=asked.title(name))
            yield Line("company", company.code, words, detail=name)


def _kept(asked: Question, owned: Sequence[Belongings]) -> Iterator[Line]:
    """Tables and columns that stay with every row, and the rules that stop binding others."""
    for one in owned:
        found = asked.known.get(one.addon)
        if found is not None and found.manifest is not None and found.manifest.keeps_data:
            yield Line("record", one.addon, found.manifest.keeps_data, detail=KEPT)
        rows = asked.counter.rows((table.schema, table.name) for table in one.tables)
        for table in one.tables:
            full = f"{table.schema}.{table.name}"
            words = _("{table} is kept aside as {kept}", table=full, kept=f"{aside(one.addon)}.{table.name}")
            yield Line("table", full, words, rows.get((table.schema, table.name)))
        yield from _columns(asked, one)
        for bond in one.bonds:
            full = f"{bond.schema}.{bond.table}"
            words = _("The rule {name} of the table {table} is lifted", name=bond.name, table=full)
            yield Line("constraint", bond.name, words, detail=full)


def _columns(asked: Question, one: Belongings) -> Iterator[Line]:
    rows = asked.counter.rows((column.schema, column.table) for column in one.columns)
    for column in one.columns:
        full = f"{column.schema}.{column.table}"
        words = _("The column {name} of the table {table} stays as it is", name=column.name, table=full)
        if column.is_required and not column.has_default:
            words = _(
                "The column {name} of the table {table} stays, and may be empty", name=column.name, table=full
            )
        yield Line("column", column.name, words, rows.get((column.schema, column.table)), full)


def _touched(owned: Sequence[Belongings]) -> set[str]:
    """Tables whose definition changes: those of others, and own ones with a key to others."""
    return {f"{one.schema}.{one.table}" for found in owned for one in found.bonds} | {
        f"{one.schema}.{one.table}"
        for found in owned for one in found.columns if one.is_required and not one.has_default
    }  # fmt: skip


def of_restore(asked: Question) -> LifePlan:
    """The addon with all it had, what it needs and was removed too, and the bridges between them."""
    refusals = tuple(_why_not_back(asked))
    if refusals:
        return LifePlan("restore", asked.addon, (asked.addon,), (), refusals)
    along = with_what_comes_along(asked.composition, {*asked.installed, asked.addon})
    removed = {name for name, one in asked.registered.items() if one.state == "removed"}
    names = tuple(name for name in asked.composition.addons if name in removed & along)
    owned = [belongings(asked.connection, name) for name in names]
    counts = {
        table: rows for one in owned
        for table, rows in asked.counter.rows((table.schema, table.name) for table in one.tables).items()
    }  # fmt: skip
    back = [
        Line("table", f"{one.addon}.{table.name}", _("{table} comes back", table=f"{one.addon}.{table.name}"),
             counts.get((table.schema, table.name)))
        for one in owned for table in one.tables
    ]  # fmt: skip
    try:
        put_back(asked, owned)
        plan = plan_install(asked.connection, asked.composition, along, asked.app_role)
    except KeyuanError as error:
        return LifePlan("restore", asked.addon, names, (), (sentence(error),))
    work = InstallWork(asked, plan)
    lines = (
        *(_along(asked, name) for name in names if name != asked.addon), *_users(asked, names), *back,
        *(line for one in owned for line in _columns_again(asked, one)), *work.lines(),
        *references(asked, names), *contributions(asked, names),
    )  # fmt: skip
    everything = asked.in_order((*names, *plan.new))
    return LifePlan("restore", asked.addon, everything, lines, (), work.seconds(), work.locks())


def put_back(asked: Question, owned: Sequence[Belongings]) -> None:
    """As if the tables were back already, so that what binds them to the rest is planned as it will be found missing.

    The savepoint of the question is taken back at its end; nobody uses a schema that is set aside.
    """
    for one in owned:
        if one.schema is not None and one.is_aside:
            run_script(asked.connection, f"alter schema {quote(one.schema)} rename to {quote(one.addon)}")
    names = [one.addon for one in owned]
    back = update(registry).where(registry.c.name.in_(names))
    asked.connection.execute(back.values(state="installed", changed_at=func.now()))


def _why_not_back(asked: Question) -> Iterator[Words]:
    title = asked.title(asked.addon)
    registered, found = asked.registered.get(asked.addon), asked.known.get(asked.addon)
    if registered is None or registered.state != "removed":
        yield _("{title} is not among the removed addons.", title=title)
    elif found is None:
        yield _("There is no code for the addon {name}.", name=asked.addon)
    elif found.error is not None:
        yield sentence(found.error)
    elif not asked.is_composed(asked.addon):
        yield _("{title} could not be loaded; `keyuan addon check` tells why.", title=title)


def _along(asked: Question, name: str) -> Line:
    if asked.manifests[name].auto_install:
        return asked.coming(name)
    return Line("dependant", name, _("{title}, which it needs, comes back too", title=asked.title(name)))


def _columns_again(asked: Question, one: Belongings) -> Iterator[Line]:
    rows = asked.counter.rows((column.schema, column.table) for column in one.columns)
    for column in one.columns:
        full = f"{column.schema}.{column.table}"
        words = _("The column {name} of the table {table} is used again", name=column.name, table=full)
        yield Line("column", column.name, words, rows.get((column.schema, column.table)), full)


def of_purge(asked: Question) -> LifePlan:
    """Everything of a removed addon: its tables, its columns on others' tables, and the kernel's rows for it. Its code
    is not asked.
    """
    registered = asked.registered.get(asked.addon)
    if registered is None or registered.state != "removed":
        words = _("{title} is not among the removed addons. Only what was removed can be purged.",
                  title=asked.title(asked.addon))  # fmt: skip
        return LifePlan("purge", asked.addon, (asked.addon,), (), (words,))
    found = belongings(asked.connection, asked.addon)
    gone = tuple(_gone(asked, found))
    archive = _("An archive of all this is written and read again before anything is deleted")
    lines = (
        *gone,
        Line("file", f"{asked.addon}-{registered.version}", archive),
        *_users(asked, [asked.addon]),
    )
    seconds = effort(changes=len(gone), archived=sum(line.rows or 0 for line in gone))
    touched = {f"{one.schema}.{one.table}" for one in found.columns}
    return LifePlan("purge", asked.addon, (asked.addon,), lines, (), seconds, short_locks(touched))


def _gone(asked: Question, found: Belongings) -> Iterator[Line]:
    own = [(one.schema, one.name) for one in found.tables]
    rows = asked.counter.rows([*own, *((one.schema, one.table) for one in found.columns)])
    for table in found.tables:
        full = f"{table.schema}.{table.name}"
        words = _("{table} is deleted with all its rows", table=full)
        yield Line("table", full, words, rows.get((table.schema, table.name)))
    for column in found.columns:
        full = f"{column.schema}.{column.table}"
        words = _("The column {name} of the table {table} is deleted", name=column.name, table=full)
        yield Line("column", column.name, words, rows.get((column.schema, column.table)), full)
    for shared in present_rows(asked.connection):
        condition = condition_of(shared, asked.addon)
        count = asked.counter.where((shared.schema, shared.table), condition.replace(":", r"\:"))
        info = asked.composition.models.get(shared.place)
        if count:
            label = info.plural if info is not None else _KERNEL_ROWS.get(shared.place, shared.place)
            yield Line(
                "record", shared.place, _("“{label}” that belong to it are deleted", label=label), count
            )
