"""The kernel as an addon."""

from core.api import Manifest, _, kernel_version

manifest = Manifest(
    name="base",
    title=_("Kernel"),
    version=kernel_version,
    summary=_("Companies, departments, people, roles, option lists, numbering and notices."),
    modules=(
        "core.auth.models",
        "core.auth.roles",
        "core.auth.rights_access",
        "core.auth.rights_hooks",
        "core.auth.field_rights_hooks",
        "core.auth.sharing_access",
        "core.auth.hooks",
        "core.auth.sharing_hooks",
        "core.automation.models",
        "core.automation.access",
        "core.automation.hooks",
        "core.views.field_rights",
        "core.automation.purging",
        "core.automation.undoing",
        "core.views.operations",
        "core.files.models",
        "core.files.access",
        "core.files.erasing",
        "core.files.jobs",
        "core.files.screens",
        "core.exchange.models",
        "core.exchange.access",
        "core.exchange.hooks",
        "core.exchange.paper_texts",
        "core.exchange.jobs",
        "core.exchange.export_jobs",
        "core.exchange.screens",
    ),
)
