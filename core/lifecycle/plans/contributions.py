"""What addons contribute beyond tables, as lines of a plan: screens, roles, jobs, choices, numbering, first data.

An addon that is composed says it itself. Of one whose code is missing or broken the rows that the kernel keeps for it
are asked: roles, schedules, shipped choices. Its menus and pages are not to be seen then anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import func, select

from core.automation.jobs import JobDeclaration
from core.i18n import LazyString, _
from core.lifecycle.plans.life_plan import Line
from core.lifecycle.plans.question import Question
from core.orm.declared import WHEN
from core.orm.fields import Field
from core.orm.kernel_tables import shipped
from core.orm.trust import TRUSTED
from core.views.registry import registry_of

FIELD: Final = "field"
"""The detail of a line about a field on somebody else's screens."""
SEED: Final = "seed"
"""The detail of a line about a function that makes first data, whose rows nobody can know before."""


def contributions(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    """Screens, fields on others' screens, roles and jobs of these addons."""
    composed = {name for name in addons if asked.is_composed(name)}
    yield from _menus(asked, composed)
    yield from _pages(asked, composed)
    for addon, role in asked.composition.collect("role"):
        if addon in composed:
            yield Line("role", role.code, _("Role “{title}”", title=role.title))
    for addon, job in asked.composition.collect("job"):
        if addon in composed:
            yield Line("job", job.name, _job_words(job))
    for name in sorted({*addons} - composed):
        yield from _of_rows(asked, name)
    for name in sorted(addons):
        found = asked.known.get(name)
        for host in found.manifest.outbound_hosts if found is not None and found.manifest is not None else ():
            yield Line("host", host, _("“{title}” calls {host}", title=asked.title(name), host=host))


def _job_words(job: JobDeclaration) -> LazyString:
    if job.every is None:
        return _("Job “{title}”", title=job.title)
    minutes = max(round(job.every.total_seconds() / 60), 1)
    if minutes % 1440 == 0:
        return _("Job “{title}”, by itself every {count} days", title=job.title, count=minutes // 1440)
    return _("Job “{title}”, by itself every {count} minutes", title=job.title, count=minutes)


def _menus(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    for key, (addon, entry) in registry_of(asked.composition).menus.items():
        if addon in addons:
            yield Line("menu", key, _("Menu “{label}”", label=entry.label))


def _pages(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    registry = registry_of(asked.composition)
    for info in asked.composition.models.values():
        if info.addon in addons and info.part_of is None:
            yield Line("page", f"/r/{info.key}", _("Pages of “{label}”", label=info.plural))
    for addon, page in registry.pages.values():
        if addon in addons:
            yield Line("page", page.url, _("Page “{title}”", title=page.title))
    for addon, report in registry.reports.values():
        if addon in addons:
            yield Line("report", report.url, _("Report “{title}”", title=report.title))


def fields_on_others(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    """Fields that appear on screens of other addons, or disappear from them."""
    for info in asked.composition.models.values():
        if info.addon not in addons:
            for field in _fields_of(info.fields.values(), addons):
                words = _("Field “{label}” of “{model}”", label=field.label, model=info.plural)
                yield Line("column", f"{info.key}.{field.name}", words, detail=FIELD)


def _fields_of(fields: Collection[Field], addons: Collection[str]) -> list[Field]:
    return [field for field in fields if field.addon in addons and not field.system]


def shared_data(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    """What an installation ships for all companies."""
    for addon, found in asked.composition.collect("options"):
        if addon in addons:
            words = _("Choices of the list {list}", list=found.list_code)
            yield Line("record", found.list_code, words, len(found.choices), "base.option")
    yield from _seeds(asked, addons, "deployment")


def company_data(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    """What a company gets when it switches the addons on, as far as it has not got it before."""
    have = select(shipped.c.key).where(
        shipped.c.company_id == asked.company_id, shipped.c.model == "base.numbering"
    )
    known = set(asked.connection.execute(have, execution_options=TRUSTED).scalars())
    for addon, rule in asked.composition.collect("numbering"):
        if addon in addons and rule.sequence not in known:
            yield Line("record", rule.sequence, _numbering_words(asked, rule), 1, "base.numbering")
    yield from _seeds(asked, addons, "company")


def _numbering_words(asked: Question, rule: object) -> LazyString:
    sequence = str(getattr(rule, "sequence", ""))
    model = asked.composition.models.get(sequence)
    title = getattr(rule, "title", None) or (model.label if model is not None else sequence)
    return _("Numbering of “{title}”", title=title)


def _seeds(asked: Question, addons: Collection[str], when: str) -> Iterator[Line]:
    for addon, function in asked.composition.collect("seed"):
        if addon in addons and getattr(function, WHEN, "company") == when:
            name = f"{function.__module__}.{function.__name__}"
            words = _("First data of “{title}”, as far as they are missing: {function}",
                      title=asked.title(addon), function=function.__name__)  # fmt: skip
            yield Line("record", name, words, detail=SEED)


def _of_rows(asked: Question, addon: str) -> Iterator[Line]:
    """What the kernel's rows know of an addon without its code."""
    role = asked.composition.info("base.role").table
    held = select(role.c.code).where(
        func.starts_with(role.c.code, f"{addon}."), role.c.company_id.is_(None), role.c.deleted_at.is_(None)
    )
    codes = asked.connection.execute(held.order_by(role.c.code), execution_options=TRUSTED).scalars()
    for code in codes:
        yield Line("role", code, _("Role “{title}”", title=code))
    found = asked.known.get(addon)
    if found is not None and found.package:
        schedule = asked.composition.info("base.schedule").table
        names = select(schedule.c.name).where(func.starts_with(schedule.c.name, f"{found.package}."))
        rows = asked.connection.execute(names.distinct().order_by(schedule.c.name), execution_options=TRUSTED)
        for name in rows.scalars():
            yield Line("job", name, _("Job “{title}”", title=name))
