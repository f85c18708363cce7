"""The company's own tree of customer categories."""

from addons.crm_base.models import Category
from core.api import FormView, ListView, _, group


class CategoryList(ListView[Category]):
    columns = [Category.name, Category.parent]
    order = "name"
    filters = [Category.parent]
    groups = [Category.parent]


class CategoryForm(FormView[Category]):
    layout = [group(_("Customer category"), Category.name, Category.parent)]
