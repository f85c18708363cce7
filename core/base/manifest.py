"""The kernel as an addon."""

import core
from core.i18n import _
from core.modules.manifest import Manifest

manifest = Manifest(
    name="base",
    title=_("Kernel"),
    version=core.__version__,
    summary=_("Companies, departments, people, roles, option lists, numbering and notices."),
    modules=(
        "core.auth.models",
        "core.auth.roles",
        "core.auth.hooks",
        "core.automation.models",
        "core.automation.access",
        "core.exchange.jobs",
        "core.exchange.screens",
    ),
)
