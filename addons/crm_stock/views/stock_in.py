"""Stock-in documents."""

from addons.crm_stock.models import StockIn, StockInLine
from addons.crm_stock.views.papers import columns_of, filters_of, form_of, groups_of, line_form_of, presets_of
from core.api import FormView, ListView, _

ASKED = [StockInLine.product, StockInLine.quantity, StockInLine.unit, StockInLine.unit_cost]


class StockInList(ListView[StockIn]):
    columns = columns_of(StockIn)
    order = "-id"
    presets = presets_of(StockIn)
    filters = filters_of(StockIn)
    groups = groups_of(StockIn)
    actions = [StockIn.post]


class StockInForm(FormView[StockIn]):
    layout = form_of(StockIn, StockInLine, _("Stock-in"), *ASKED)


class StockInLineForm(FormView[StockInLine]):
    layout = line_form_of(StockInLine, *ASKED)
