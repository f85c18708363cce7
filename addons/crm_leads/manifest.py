"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_leads",
    title=_("Leads and opportunities"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base"],
    summary=_("Leads are tracked, returned, upgraded; opportunities move through stages until won or lost."),
    provides=["crm_leads.lead_desk", "crm_leads.consultant", "crm_leads.presales"],
)
