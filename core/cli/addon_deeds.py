"""Carrying out what a plan says, and telling what was done."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from core.cli.addon_archive import from_archive
from core.cli.addon_dry_run import try_out
from core.cli.addon_plans import Ground, agreement, ground_of
from core.cli.deployment import CompanyRow, Deployment
from core.errors import KeyuanError, UserError
from core.i18n import _
from core.lifecycle.activation import disable, enable, enabled_addons
from core.lifecycle.archives.writing import FOLDER as ARCHIVES
from core.lifecycle.bringing import Report
from core.lifecycle.database import prepare_database
from core.lifecycle.emptying import empty
from core.lifecycle.install import install, upgrade_schema
from core.lifecycle.plans.life_plan import Kind, Words, words_as_json
from core.lifecycle.plans.of_company import emptied_lines
from core.lifecycle.plans.words import told
from core.lifecycle.purging import purge
from core.lifecycle.removal import remove
from core.lifecycle.restoring import restore
from core.modules.manifest import KERNEL
from core.orm.system_env import system_env


@dataclass(frozen=True)
class Outcome:
    """What was done, in sentences, and what programs want to know of it."""

    done: tuple[Words, ...]
    told: dict[str, Any] = field(default_factory=dict)


def operate(deployment: Deployment, arguments: argparse.Namespace) -> int:
    """One operation after the other, each with its own plan; ends with the first that is refused."""
    try:
        if getattr(arguments, "dry_run", False):
            return try_out(ground_of(deployment, "upgrade", KERNEL), as_json=arguments.json)
        if getattr(arguments, "archive", None):
            return from_archive(deployment, arguments, _one)
        for name, company in _asked_for(deployment, arguments):
            code = _one(deployment, arguments, name, company)
            if code:
                return code
    except KeyuanError as error:
        if not arguments.json:
            raise
        print(json.dumps({"error": words_as_json(error.message)}, ensure_ascii=False))
        return 1
    return 0


def _asked_for(
    deployment: Deployment, arguments: argparse.Namespace
) -> Iterator[tuple[str, CompanyRow | None]]:
    """Names with the company concerned, if any; an upgrade of everything is one of the kernel's own addon."""
    names = arguments.names if isinstance(arguments.names, list) else [arguments.names]
    if None in names:
        raise UserError(_("Which addon? Name it, or an archive with --from."))
    if not hasattr(arguments, "company"):
        yield from ((name, None) for name in names or [KERNEL])
        return
    deployment.compose_installed()
    everywhere = getattr(arguments, "all_companies", False)
    companies = deployment.companies() if everywhere else [deployment.company(arguments.company)]
    yield from ((name, company) for name in names for company in companies)


def _one(deployment: Deployment, arguments: argparse.Namespace, name: str, company: CompanyRow | None) -> int:
    if arguments.kind in ("install", "restore", "upgrade"):
        prepare_database(deployment.owner, deployment.database)
    ground = ground_of(deployment, arguments.kind, name, company)
    agreed = agreement(ground, arguments)
    if agreed.why_not:
        if arguments.json:
            print(json.dumps(agreed.plan.as_json(), ensure_ascii=False))
        else:
            print(f"keyuan: {agreed.why_not}", file=sys.stderr)
        return 1
    outcome = _DEEDS[ground.kind](ground, arguments)
    if arguments.json:
        said = {"kind": ground.kind, "addon": name, "done": [words_as_json(one) for one in outcome.done]}
        print(json.dumps({**said, **outcome.told}, ensure_ascii=False))
    else:
        print("\nDone.")
        for words in outcome.done:
            print(f"  {words}")
    return 0


def _install(ground: Ground, arguments: argparse.Namespace) -> Outcome:
    deployment = ground.deployment
    role = deployment.database.app_role
    return _reported(install(deployment.owner, role, ground.composition, [ground.name], by=arguments.by))


def _upgrade(ground: Ground, arguments: argparse.Namespace) -> Outcome:
    deployment = ground.deployment
    role = deployment.database.app_role
    return _reported(upgrade_schema(deployment.owner, role, ground.composition, by=arguments.by))


def _reported(report: Report) -> Outcome:
    addons = [*report.new, *report.upgraded]
    done = (*(operation.words for operation in report.operations),
            _("Generation {number}: all processes move to it by themselves.", number=report.generation))  # fmt: skip
    return Outcome(done, {"addons": addons, "generation": report.generation, "seconds": report.seconds})


def _remove(ground: Ground, arguments: argparse.Namespace) -> Outcome:
    deployment = ground.deployment
    role = deployment.database.app_role
    removed = remove(
        deployment.owner, role, ground.composition, ground.name, by=arguments.by, found=ground.found
    )
    done = removed.done
    if not removed.is_aside:
        done += (_("Processes of the generation before are still serving. A worker sets the tables aside when they are "
                   "gone."),)  # fmt: skip
    told = {"addons": list(removed.addons), "generation": removed.generation, "is_aside": removed.is_aside}
    return Outcome(done, told)


def _restore(ground: Ground, arguments: argparse.Namespace) -> Outcome:
    deployment = ground.deployment
    role = deployment.database.app_role
    back = restore(deployment.owner, role, ground.composition, ground.name, by=arguments.by)
    outcome = _reported(back.report)
    told = {
        **outcome.told,
        "addons": list(back.addons),
        "dangling": [words_as_json(one.words) for one in back.dangling],
        "binned": [words_as_json(one.words) for one in back.binned],
    }
    lost = (*(one.words for one in back.dangling), *(one.words for one in back.binned))
    return Outcome((*outcome.done, *lost), told)


def _purge(ground: Ground, arguments: argparse.Namespace) -> Outcome:
    deployment = ground.deployment
    typed = arguments.typed
    if typed is None and not arguments.json and sys.stdin.isatty():
        typed = input(f"This deletes its data for good. Type the addon's name, {ground.name}: ").strip()
    folder = deployment.config.state_dir / ARCHIVES
    purged = purge(deployment.owner, ground.name, typed=typed or "", archive_folder=folder, by=arguments.by)
    return Outcome(purged.done, {"archive": str(purged.archive), "rows": purged.rows})


def _enable(ground: Ground, arguments: argparse.Namespace) -> Outcome:
    company = _company_of(ground)
    with ground.deployment.session(company.id) as session:
        switch = enable(session, company.id, ground.name, with_dependencies=True)
        session.commit()
    return Outcome(_switched(ground, switch.addons), {"addons": list(switch.addons), "company": company.code})


def _disable(ground: Ground, arguments: argparse.Namespace) -> Outcome:
    company = _company_of(ground)
    with ground.deployment.session(company.id) as session:
        switch = disable(session, company.id, ground.name)
        session.commit()
    return Outcome(_switched(ground, switch.addons), {"addons": list(switch.addons), "company": company.code})


def _empty(ground: Ground, arguments: argparse.Namespace) -> Outcome:
    company, reason = _company_of(ground), _("emptying the addon {addon}", addon=ground.name)
    with ground.deployment.session(company.id) as session:
        on = enabled_addons(session, company.id)
        with system_env(session, company.id, on, reason) as env:
            emptied = empty(env, ground.name)
        session.commit()
    done = [told(line) for one in emptied.models for line in emptied_lines(one)]
    numbers = {"counts": emptied.counts, "left": emptied.left, "company": company.code}
    return Outcome(tuple(done), numbers)


def _switched(ground: Ground, addons: tuple[str, ...]) -> tuple[Words, ...]:
    company = _company_of(ground)
    if ground.kind == "enable":
        return tuple(_("{addon} is on in “{company}”.", addon=one, company=company.name) for one in addons)
    return tuple(_("{addon} is off in “{company}”.", addon=one, company=company.name) for one in addons)


def _company_of(ground: Ground) -> CompanyRow:
    if ground.company is None:
        raise UserError(_("Which company? There is none of this name."))
    return ground.company


_DEEDS: Final[dict[Kind, Callable[[Ground, argparse.Namespace], Outcome]]] = {
    "install": _install, "upgrade": _upgrade, "enable": _enable, "disable": _disable,
    "remove": _remove, "restore": _restore, "purge": _purge, "empty": _empty,
}  # fmt: skip
