"""Where imports stand in the navigation tree. The page itself is in `core.web.pages.imports`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.auth.roles import ADMIN, SYSTEM
from core.automation.models import Job
from core.errors import AccessDenied
from core.exchange.jobs import import_files
from core.i18n import LazyString, _
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


IMPORTS = Page("base.imports", _("Import"), "imports.pt", recent_imports)

menus = [
    menu(
        "base.imports",
        _("Import"),
        parent="base.administration",
        page=IMPORTS,
        sequence=45,
        icon="upload",
        roles=(ADMIN, SYSTEM),
    )
]
