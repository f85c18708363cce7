"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_finance_leads",
    title=_("Expenses of leads and opportunities"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_finance", "crm_leads"],
    auto_install=True,
    summary=_("Expenses are assigned to leads and opportunities, which show what was spent on them."),
)
