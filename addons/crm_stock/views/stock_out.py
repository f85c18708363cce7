"""Stock-out documents."""

from addons.crm_stock.models import StockOut, StockOutLine
from addons.crm_stock.views.papers import columns_of, filters_of, form_of, groups_of, line_form_of, presets_of
from core.api import FormView, ListView, _

ASKED = [StockOutLine.product, StockOutLine.quantity, StockOutLine.unit]


class StockOutList(ListView[StockOut]):
    columns = columns_of(StockOut)
    order = "-id"
    presets = presets_of(StockOut)
    filters = filters_of(StockOut)
    groups = groups_of(StockOut)
    actions = [StockOut.post]


class StockOutForm(FormView[StockOut]):
    layout = form_of(StockOut, StockOutLine, _("Stock-out"), *ASKED)


class StockOutLineForm(FormView[StockOutLine]):
    layout = line_form_of(StockOutLine, *ASKED)
