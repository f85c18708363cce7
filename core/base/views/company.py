"""Companies of the deployment."""

from core.api import Company, Env, FormView, ListView, Where, _, group, preset


def active(env: Env) -> Where:
    """Companies that work."""
    return Company.active.is_(True)


class CompanyList(ListView[Company]):
    columns = [Company.name, Company.code, Company.parent, Company.language, Company.currency, Company.active]
    order = "name"
    presets = [
        preset("active", _("Active companies"), active, default=True),
        preset("all", _("All companies")),
    ]
    filters = [Company.active, Company.language, Company.parent]


class CompanyForm(FormView[Company]):
    layout = [
        group(_("Company"), Company.name, Company.code, Company.parent, Company.active),
        group(_("Language and money"), Company.language, Company.timezone, Company.currency),
        group(_("Bin"), Company.bin_days),
        group(_("Second factor"), Company.second_factor_roles),
    ]
    further = _("Settings of addons")
