"""Exchange rates: a row for each day from which another one holds."""

from core.api import CurrencyRate, Env, FormView, ListView, Where, _, group, note, preset


def of_today(env: Env) -> Where:
    """Rates that hold by now."""
    return CurrencyRate.valid_from <= env.today


class CurrencyRateList(ListView[CurrencyRate]):
    columns = [CurrencyRate.currency, CurrencyRate.valid_from, CurrencyRate.rate]
    order = "-valid_from"
    presets = [preset("all", _("All rates"), default=True), preset("begun", _("Begun"), of_today)]
    filters = [CurrencyRate.currency, CurrencyRate.valid_from]
    groups = [CurrencyRate.currency]


class CurrencyRateForm(FormView[CurrencyRate]):
    layout = [
        group(_("Exchange rate"), CurrencyRate.currency, CurrencyRate.valid_from, CurrencyRate.rate),
        note(_("A rate holds from its day until the next one. Documents keep the rate of their day.")),
    ]
