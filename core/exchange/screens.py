"""Where imports stand in the navigation tree. The page itself is in `core.web.pages.imports`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.auth.models import Setting
from core.auth.roles import ADMIN, SYSTEM
from core.automation.models import Job
from core.errors import AccessDenied
from core.exchange.jobs import import_files
from core.exchange.limits import export_limits, print_limits
from core.files.access import takes_files
from core.i18n import LazyString, _
from core.modules.manifest import KERNEL
from core.orm.env import Env
from core.views.menu import menu
from core.views.page import Page

SHOWN: Final = 20


def may_import(env: Env) -> bool:
    """Whether the caller has the right to import any model; which ones, the mapping decides."""
    return any(env.can("import", key) for key in env.composition.models)


def recent_imports(env: Env, _params: Mapping[str, str]) -> dict[str, Any]:
    """What the caller has imported lately. Raises `AccessDenied` for whoever may import nothing."""
    if not may_import(env):
        raise AccessDenied()
    mine = (Job.name == import_files.name, Job.user == env.user_id)
    jobs: list[Any] = env.search("base.job", *mine, order="-id", limit=SHOWN)
    return {
        "problem": None,
        "jobs": [(job, state_of(env, job), (job.result or {}).get("title")) for job in jobs],
    }


def state_of(env: Env, job: Any) -> LazyString:
    """The state of a job in words."""
    return dict(env.info("base.job").fields["state"].choices)[job.state]


def output_limits(env: Env, _params: Mapping[str, str]) -> dict[str, Any]:
    """The limits as they are set, and the record types that they are set for: all but those of the machinery."""
    prints = print_limits(env)
    models = [info for info in env.composition.models.values() if info.addon in env.addons]
    printed = [info for info in models if info.kind == "company" and takes_files(info)]
    return {
        "exports": export_limits(env), "prints": prints, "problems": [],
        "models": sorted(printed, key=lambda info: (info.addon == KERNEL, str(info.plural))),
    }  # fmt: skip


IMPORTS = Page("base.imports", _("Import"), "imports.pt", recent_imports)

LIMITS = Page(
    "base.output_limits",
    _("Limits of export and print"),
    "output_limits.pt",
    output_limits,
    right=("update", Setting),
)

menus = [
    menu(
        "base.output_limits",
        _("Limits of export and print"),
        parent="base.administration",
        page=LIMITS,
        sequence=48,
        icon="adjustments",
        roles=(ADMIN, SYSTEM),
    ),
    menu(
        "base.imports",
        _("Import"),
        parent="base.administration",
        page=IMPORTS,
        sequence=45,
        icon="upload",
        roles=(ADMIN, SYSTEM),
    ),
]
