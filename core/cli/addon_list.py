"""`keyuan addon list`: every addon that is found or has data, with its state, who needs it and who uses it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.cli.deployment import Deployment
from core.i18n import LazyString
from core.lifecycle.plans.life_plan import Words, words_as_json
from core.lifecycle.plans.question import Question, by_name
from core.lifecycle.quarantine import compose_fitting
from core.lifecycle.standing import sentence
from core.modules.discovery import Found, discover
from core.modules.graph import order
from core.modules.loader import load
from core.modules.manifest import KERNEL

State = Literal["available", "installed", "removed", "broken"]


@dataclass(frozen=True)
class Listed:
    """One addon as an administrator sees it. A broken one may be installed or removed as well: `since` tells."""

    name: str
    title: Words
    version: str
    """Of the tables where it has any, else of the code."""
    newer: str
    """The version of the code where it is another one."""
    state: State
    registered: str
    """What the database says of it: installed, removed, or nothing."""
    since: datetime | None
    error: Words
    needs: tuple[str, ...]
    needed_by: tuple[str, ...]
    is_bridge: bool
    companies: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            **vars(self), "title": words_as_json(self.title), "error": words_as_json(self.error),
            "since": self.since.isoformat() if self.since else None, "needs": list(self.needs),
            "needed_by": list(self.needed_by), "companies": list(self.companies),
        }  # fmt: skip


def list_addons(deployment: Deployment, arguments: argparse.Namespace) -> int:
    listed = _all(deployment)
    if arguments.json:
        print(json.dumps({"addons": [one.as_json() for one in listed]}, ensure_ascii=False))
        return 0
    for one in listed:
        companies = ", ".join(one.companies) or "-"
        version = f"{one.version} → {one.newer}" if one.newer else one.version or "?"
        print(f"{one.name:<22} {version:<8} {one.state:<10} {companies:<20} {one.title}")
        for words in _remarks(one):
            print(f"{'':<22} {words}")
    return 0


def _remarks(one: Listed) -> Iterable[str]:
    if one.error:
        yield str(one.error)
    if one.registered == "removed" and one.since is not None:
        yield f"removed, its data are kept since {one.since:%Y-%m-%d %H:%M} UTC"
    if one.state == "broken" and one.registered == "installed":
        yield "installed: its data are there, nobody can use it"
    if one.is_bridge:
        yield f"comes by itself with {' and '.join(one.needs)}"
    elif one.needs:
        yield f"needs {', '.join(one.needs)}"
    if one.needed_by:
        yield f"needed by {', '.join(one.needed_by)}"


def _all(deployment: Deployment) -> list[Listed]:
    found = discover(deployment.config)
    known = by_name(found)
    if not deployment.is_initialised():
        return [_listed(name, known, None, {}, {}) for name in known]
    composition = compose_fitting(
        deployment.fitting(load(order(deployment.found(), deployment.installed(), complete=False)))
    )
    errors = {name: sentence(error) for name, error in composition.aside.items()}
    with deployment.owner.connect() as connection:
        asked = Question(connection, composition, known, KERNEL, None, deployment.database.app_role)
        names = list(dict.fromkeys([*known, *sorted(asked.registered)]))
        companies: dict[str, list[str]] = {}
        for company_id, on in asked.users(names).items():
            for name in on:
                companies.setdefault(name, []).append(asked.companies[company_id].code)
        return [_listed(name, known, asked, companies, errors) for name in names]


def _listed(
    name: str,
    known: dict[str, Found],
    asked: Question | None,
    companies: dict[str, list[str]],
    errors: dict[str, LazyString],
) -> Listed:
    found = known.get(name)
    manifest = found.manifest if found is not None else None
    registered = asked.registered.get(name) if asked is not None else None
    error: Words = (
        sentence(found.error) if found is not None and found.error is not None else errors.get(name, "")
    )
    code = manifest.version if manifest is not None else ""
    state: State = "available"
    if registered is not None and registered.state == "removed":
        state = "removed"
    elif error:
        state = "broken"
    elif registered is not None:
        state = "installed"
    needing = tuple(
        other for other, one in known.items()
        if one.manifest is not None and name in one.manifest.depends and not one.manifest.auto_install
    )  # fmt: skip
    return Listed(
        name, manifest.title if manifest else name, registered.version if registered else code,
        code if registered and code != registered.version else "", state, registered.state if registered else "",
        registered.changed_at if registered else None, error, tuple(manifest.depends) if manifest else (), needing,
        bool(manifest and manifest.auto_install), tuple(companies.get(name, ())),
    )  # fmt: skip
