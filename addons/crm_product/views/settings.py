"""Categories, units and tax rates."""

from addons.crm_product.models import Category, Tax, Unit
from core.api import Env, FormView, ListView, Where, _, group, preset


def active_units(env: Env) -> Where:
    """Units in use."""
    return Unit.active.is_(True)


def active_taxes(env: Env) -> Where:
    """Rates in use."""
    return Tax.active.is_(True)


class CategoryList(ListView[Category]):
    columns = [Category.name, Category.parent, Category.code_prefix]
    filters = [Category.parent]
    groups = [Category.parent]


class CategoryForm(FormView[Category]):
    layout = [group(_("Product category"), Category.name, Category.parent, Category.code_prefix)]


class UnitList(ListView[Unit]):
    columns = [Unit.name, Unit.group, Unit.factor, Unit.divisor, Unit.decimals, Unit.active]
    presets = [preset("active", _("In use"), active_units, default=True), preset("all", _("All units"))]
    filters = [Unit.group, Unit.active]
    groups = [Unit.group]


class UnitForm(FormView[Unit]):
    layout = [
        group(_("Unit"), Unit.name, Unit.group, Unit.factor, Unit.divisor, Unit.decimals, Unit.active),
    ]  # fmt: skip


class TaxList(ListView[Tax]):
    columns = [Tax.name, Tax.rate, Tax.active]
    presets = [preset("active", _("In use"), active_taxes, default=True), preset("all", _("All tax rates"))]
    filters = [Tax.active]


class TaxForm(FormView[Tax]):
    layout = [group(_("Tax rate"), Tax.name, Tax.rate, Tax.active)]
