"""First data: what addons declare becomes rows.

When an addon is installed: choices of option lists, for all companies, and functions marked
`@seed(at="deployment")`. When a company switches it on: numbering rules and functions marked `@seed`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from core.auth.company_addons import enabled_addons
from core.i18n import _
from core.orm.compose import Composition
from core.orm.declared import WHEN, NumberingRule, OptionList
from core.orm.env import Env
from core.orm.fields import translations
from core.orm.shipped import Shipment, ship
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED

_STEP = 10
"""Positions of choices leave room for those that people put between them."""
_FORM_OF_NUMBERS = ("prefix", "date_pattern", "separator", "width", "reset")
"""What a company's numbers look like stays when it has given some."""


def ship_shared(env: Env, composition: Composition, addons: Collection[str]) -> None:
    """Choices of these addons, in an Env of company 0. Repeating it changes nothing."""
    if "base.option" in composition.models:
        ship(env, "base.option", choice_shipments(composition, addons))


def choice_shipments(composition: Composition, addons: Collection[str]) -> list[Shipment]:
    """What the option lists of these addons ship to all companies."""
    return [
        shipment for addon, found in composition.collect("options") if addon in addons
        for shipment in _choices(addon, found)
    ]  # fmt: skip


def _choices(addon: str, found: OptionList) -> list[Shipment]:
    return [
        Shipment(
            addon,
            f"{found.list_code}/{code}",
            {"list_code": found.list_code, "code": code},
            {"name": translations(name), "sequence": position * _STEP},
        )
        for position, (code, name) in enumerate(found.choices, start=1)
    ]


def seed_deployment(env: Env, composition: Composition, addons: Collection[str]) -> None:
    """Run the deployment's seed functions of newly installed addons, in their order."""
    _run(env, composition, addons, "deployment")


def seed_company(env: Env, composition: Composition, addons: Collection[str]) -> None:
    """Numbering rules and seed functions of addons that the Env's company has just got."""
    ship_numbering(env, composition, addons)
    _run(env, composition, addons, "company")


def ship_numbering(env: Env, composition: Composition, addons: Collection[str]) -> None:
    """Numbering rules of these addons for the Env's company. Repeating it changes nothing."""
    if "base.numbering" in composition.models:
        company: Any = env.get("base.company", env.company_id)
        ship(env, "base.numbering", numbering_shipments(composition, addons, company.language))


def numbering_shipments(composition: Composition, addons: Collection[str], language: str) -> list[Shipment]:
    """What the numbering rules of these addons ship to a company, with titles in its language."""
    return [
        Shipment(addon, rule.sequence, {"sequence": rule.sequence}, _rule(composition, rule, language),
                 used="counter", firm=_FORM_OF_NUMBERS)
        for addon, rule in composition.collect("numbering") if addon in addons
    ]  # fmt: skip


def ship_to_companies(connection: Connection, composition: Composition, upgraded: Collection[str]) -> None:
    """What upgraded addons ship to each company that has them on; others get it when they switch them on (again)."""
    having = {addon for addon, _declared in composition.collect("numbering")} & set(upgraded)
    company = composition.info("base.company").table
    live = select(company.c.id).where(company.c.deleted_at.is_(None)).order_by(company.c.id)
    found = connection.execute(live, execution_options=TRUSTED) if having else ()
    for company_id in [row[0] for row in found]:
        on = enabled_addons(connection, company_id)
        if on & having:
            with system_env(connection, company_id, on, _("shipped data of addons")) as env:
                ship_numbering(env, composition, on & having)


def _rule(composition: Composition, rule: NumberingRule, language: str) -> dict[str, Any]:
    title = rule.title
    if title is None:
        model = composition.models.get(rule.sequence)
        title = model.label if model is not None else None
    return {
        "title": rule.sequence if title is None else title.translate(language),
        "prefix": rule.prefix, "date_pattern": rule.date_pattern, "separator": rule.separator,
        "width": rule.width, "reset": rule.reset,
    }  # fmt: skip


def _run(env: Env, composition: Composition, addons: Collection[str], when: str) -> None:
    for addon, function in composition.collect("seed"):
        if addon in addons and getattr(function, WHEN, "company") == when:
            function(env)
            env.flush()
