"""Plans of what happens in one company: switching an addon on and off, and emptying it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final

from core.errors import KeyuanError
from core.i18n import _
from core.lifecycle.activation import Switch, enabled_addons, plan_disable, plan_enable
from core.lifecycle.emptying import Going
from core.lifecycle.plans.contributions import company_data, contributions, fields_on_others
from core.lifecycle.plans.effort import effort
from core.lifecycle.plans.emptied import what_goes
from core.lifecycle.plans.life_plan import Kind, LifePlan, Line, Words
from core.lifecycle.plans.question import Question
from core.lifecycle.plans.references import references
from core.orm.model_info import ModelInfo
from core.orm.system_env import system_env

STAYS: Final = "stays"
"""The detail of a line about records that an operation leaves alone."""


def of_enable(asked: Question) -> LifePlan:
    """The addon, what it needs and the bridges that come with it; effective with the next click of everybody."""
    return _switching(asked, "enable", plan_enable, _switched_on)


def of_disable(asked: Question) -> LifePlan:
    """The addon and its bridges. Refused while another one that is on there needs it."""
    return _switching(asked, "disable", plan_disable, _switched_off)


def company_refusals(asked: Question) -> Iterator[Words]:
    """Why there is nothing to switch: no such company, no such addon in the running deployment."""
    if asked.company_id not in asked.companies:
        yield _("Which company? There is none of this name.")
    if asked.addon not in asked.installed:
        yield _("{title} is not installed.", title=asked.title(asked.addon))
    elif not asked.is_composed(asked.addon):
        yield asked.why_aside(asked.addon)


def _switching(
    asked: Question,
    kind: Kind,
    plan: Callable[..., Switch],
    lines: Callable[[Question, Collection[str]], Iterator[Line]],
) -> LifePlan:
    refusals = tuple(company_refusals(asked))
    if refusals:
        return LifePlan(kind, asked.addon, (asked.addon,), (), refusals, company_id=asked.company_id)
    try:
        switch = plan(asked.connection, asked.company_id, asked.addon)
    except KeyuanError as error:
        return LifePlan(kind, asked.addon, (asked.addon,), (), (error.message,), company_id=asked.company_id)
    if not switch.addons:
        return LifePlan(
            kind, asked.addon, (), (), (_is_so_already(asked, kind),), company_id=asked.company_id
        )
    found = (*_others(asked, kind, switch), *_switch_lines(asked, kind, switch), *lines(asked, switch.addons))
    seconds = effort(changes=len(switch.addons))
    return LifePlan(kind, asked.addon, switch.addons, found, (), seconds, (), asked.company_id)


def _is_so_already(asked: Question, kind: Kind) -> Words:
    title = asked.title(asked.addon)
    if kind == "enable":
        return _("{title} is switched on in this company already.", title=title)
    return _("{title} is switched off in this company already.", title=title)


def _others(asked: Question, kind: Kind, switch: Switch) -> Iterator[Line]:
    for name in switch.others:
        yield Line(
            "dependant", name, _("{title}, which it needs, is switched on too", title=asked.title(name))
        )
    for name in switch.bridges:
        yield asked.coming(name) if kind == "enable" else asked.going(name)


def _switch_lines(asked: Question, kind: Kind, switch: Switch) -> Iterator[Line]:
    company = asked.companies[switch.company_id]
    for name in switch.addons:
        words = {
            "enable": _("{title} is on in “{company}”", title=asked.title(name), company=company.name),
            "disable": _("{title} is off in “{company}”", title=asked.title(name), company=company.name),
        }[kind]
        yield Line("company", company.code, words, detail=name)


def _switched_on(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    yield from company_data(asked, addons)
    yield from _kept(asked, addons)
    yield from fields_on_others(asked, addons)
    yield from contributions(asked, addons)


def _switched_off(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    yield from _kept(asked, addons)
    yield from references(asked, addons)
    yield from fields_on_others(asked, addons)
    yield from contributions(asked, addons)


def _kept(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    """The company's records, which lie there unseen while the addon is off."""
    for info in asked.composition.models.values():
        count = company_rows(asked, info) if info.addon in addons else 0
        if count:
            words = _("“{label}”: kept as they are", label=info.plural)
            yield Line("record", info.key, words, count)


def company_rows(asked: Question, info: ModelInfo, condition: str = "true") -> int:
    """Rows of a model in the asked company; of the deployment's own models none is one company's."""
    if info.kind != "company":
        return 0
    table = (str(info.table.schema), info.table.name)
    wanted = f"company_id = :company and ({condition})"
    return asked.counter.where(table, wanted, {"company": asked.company_id})


def of_empty(asked: Question) -> LifePlan:
    """The addon's live records of the company go into the bin, as `emptying` puts them there; what stays is named with
    the reason.
    """
    refusals = tuple(company_refusals(asked))
    if refusals or asked.company_id is None:
        return LifePlan("empty", asked.addon, (asked.addon,), (), refusals, company_id=asked.company_id)
    on = enabled_addons(asked.connection, asked.company_id)
    with system_env(asked.connection, asked.company_id, on, _("planning to empty an addon")) as env:
        going = what_goes(env, asked.addon)
    binned = sum(one.rows - one.staying for one in going)
    if not binned:
        text = _(
            "{title} has no records in this company that could be deleted.", title=asked.title(asked.addon)
        )
        return LifePlan("empty", asked.addon, (asked.addon,), (), (text,), company_id=asked.company_id)
    lines = tuple(line for one in going for line in emptied_lines(one))
    seconds = effort(binned=binned)
    return LifePlan("empty", asked.addon, (asked.addon,), lines, (), seconds, (), asked.company_id)


def emptied_lines(one: Going) -> Iterator[Line]:
    """What becomes of the records of a model, before and after in the same words."""
    label = one.info.plural
    if one.rows > one.staying:
        words = _("“{label}”: into the bin", label=label)
        if not one.is_tried:
            words = _("“{label}”: into the bin, at most, since more of them may refuse", label=label)
        yield Line("record", one.info.key, words, one.rows - one.staying)
    if one.staying:
        words = _("“{label}” that stay: {why}", label=label, why=one.why or "")
        yield Line("record", one.info.key, words, one.staying, STAYS)
