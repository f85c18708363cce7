"""The plan of an operation on the command line: made with the composition that it needs, shown, agreed to."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.cli.deployment import CompanyRow, Deployment
from core.errors import UserError
from core.i18n import _
from core.lifecycle.plans.life_plan import BRIDGE, LINE_KINDS, Kind, LifePlan
from core.lifecycle.plans.making import plan_life
from core.lifecycle.plans.words import HEADINGS, PURPOSES, rows_in_words
from core.lifecycle.quarantine import compose_fitting
from core.modules.discovery import Found, discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition

ARRIVING: Final = ("install", "restore")
"""Kinds whose addon belongs to the composition although it is not installed yet."""
_MOST_SHOWN: Final = 40
"""Lines of one group on a terminal; the rest is counted. `--json` has them all."""


@dataclass(frozen=True)
class Ground:
    """What an operation stands on: the addons found, with the errors of those that cannot be loaded, and composed."""

    deployment: Deployment
    kind: Kind
    name: str
    company: CompanyRow | None
    found: Sequence[Found]
    composition: Composition

    def plan(self) -> LifePlan:
        with self.deployment.owner.connect() as connection:
            return plan_life(
                connection, self.composition, self.found, self.kind, self.name,
                company_id=self.company.id if self.company else None,
                app_role=self.deployment.database.app_role,
            )  # fmt: skip


def ground_of(deployment: Deployment, kind: Kind, name: str, company: CompanyRow | None = None) -> Ground:
    """Load and compose for this operation. An addon that fits with no other stands aside with its error."""
    if not deployment.is_initialised():
        raise UserError(_("There is no deployment yet. Run `keyuan init` or `keyuan demo` first."))
    arriving = kind in ARRIVING
    found = deployment.found([name] if arriving else [], returning=name if kind == "restore" else "")
    wanted = [*deployment.installed(), *([name] if arriving else [])]
    loaded = load(order(found, wanted, complete=arriving))
    changing = [name] if arriving else []
    composition = compose_fitting(loaded if kind == "upgrade" else deployment.fitting(loaded, *changing))
    errors = composition.aside
    found = [replace(one, error=errors.get(one.name, one.error)) for one in discover(deployment.config)]
    return Ground(deployment, kind, name, company, found, composition)


def show_plan(deployment: Deployment, arguments: argparse.Namespace) -> int:
    """`keyuan addon plan KIND ADDON`: nothing is changed, and a refusal is an answer, too."""
    company = None
    if arguments.kind in ("enable", "disable", "empty"):
        deployment.compose_installed()
        company = deployment.company(arguments.company)
    plan = ground_of(deployment, arguments.kind, arguments.name, company).plan()
    if arguments.json:
        print(json.dumps(plan.as_json(), ensure_ascii=False))
    else:
        print_plan(plan)
    return 0


def print_plan(plan: LifePlan) -> None:
    """For a person at a terminal."""
    print(f"{plan.kind} {plan.addon}")
    print(f"{PURPOSES[plan.kind]}")
    for refusal in plan.refusals:
        print(f"\nRefused: {refusal}")
    for kind in LINE_KINDS:
        lines = plan.of(kind)
        if lines:
            print(f"\n{HEADINGS[kind]}")
        for line in lines[:_MOST_SHOWN]:
            rows = "" if line.rows is None else f"  ({rows_in_words(line.rows)})"
            print(f"  {line.words}{rows}")
        if len(lines) > _MOST_SHOWN:
            print(f"  … and {len(lines) - _MOST_SHOWN} more")
    if plan.refusals:
        return
    if plan.locks:
        print("\nWaiting")
    for lock in plan.locks[:_MOST_SHOWN]:
        print(f"  {lock}")
    print(f"\nExpected: about {plan.seconds:.1f} seconds. Digest of this plan: {plan.digest}")


@dataclass(frozen=True)
class Agreed:
    """A plan that somebody has agreed to, or the reason why nothing is done."""

    plan: LifePlan
    why_not: str = ""


def agreement(ground: Ground, arguments: argparse.Namespace) -> Agreed:
    """Show the plan and ask, as far as the call has not answered already. A plan that has changed while somebody was
    thinking is shown again.
    """
    plan = ground.plan()
    if not arguments.json:
        print_plan(plan)
    if plan.refusals:
        return Agreed(plan, " ".join(str(words) for words in plan.refusals))
    if arguments.plan_digest is not None:
        changed = arguments.plan_digest != plan.digest
        return Agreed(plan, "The plan has changed. Nothing was done; look at the new one." if changed else "")
    if arguments.yes:
        return Agreed(plan, _unasked(plan, arguments))
    if arguments.json or not sys.stdin.isatty():
        return Agreed(plan, "Nothing was changed. --yes agrees to the plan.")
    return _asked(ground, plan)


def _unasked(plan: LifePlan, arguments: argparse.Namespace) -> str:
    """What `--yes` alone does not agree to."""
    needed = [line.name for line in plan.of("dependant") if line.detail != BRIDGE]
    if plan.kind == "enable" and needed and not arguments.with_dependencies:
        names = ", ".join(needed)
        return f"{plan.addon} needs {names}, switched on too: --with-dependencies agrees to it."
    return ""


def _asked(ground: Ground, plan: LifePlan) -> Agreed:
    while True:
        answer = input("\nDo this? [y/N] ").strip().lower()
        if answer not in ("y", "yes"):
            return Agreed(plan, "Nothing was changed.")
        now = ground.plan()
        if now.digest == plan.digest:
            return Agreed(now)
        print("\nThe plan has changed meanwhile:\n")
        print_plan(now)
        if now.refusals:
            return Agreed(now, "Nothing was changed.")
        plan = now
