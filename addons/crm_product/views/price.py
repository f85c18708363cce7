"""Price lists and their prices."""

from addons.crm_product.models import PriceItem, PriceList
from core.api import Env, FormView, ListView, Where, _, and_, group, or_, preset, related


def in_force(env: Env) -> Where:
    """Lists that hold today."""
    return and_(
        PriceList.active.is_(True),
        or_(PriceList.valid_from.is_(None), PriceList.valid_from <= env.today),
        or_(PriceList.valid_until.is_(None), PriceList.valid_until >= env.today),
    )


class PriceListList(ListView[PriceList]):
    columns = [
        PriceList.name, PriceList.kind, PriceList.currency, PriceList.customer, PriceList.level, PriceList.province,
        PriceList.valid_from, PriceList.valid_until, PriceList.priority, PriceList.active,
    ]  # fmt: skip
    order = "name"
    presets = [preset("valid", _("In force"), in_force, default=True), preset("all", _("All price lists"))]
    filters = [
        PriceList.kind, PriceList.customer, PriceList.level, PriceList.province, PriceList.city, PriceList.department,
        PriceList.currency, PriceList.valid_until, PriceList.active,
    ]  # fmt: skip
    groups = [PriceList.kind, PriceList.level]


class PriceListForm(FormView[PriceList]):
    layout = [
        group(_("Price list"), PriceList.name, PriceList.kind, PriceList.currency, PriceList.tax_included,
              PriceList.valid_from, PriceList.valid_until, PriceList.active),
        group(_("For whom"), PriceList.customer, PriceList.level, PriceList.province, PriceList.city,
              PriceList.department, PriceList.priority, PriceList.specificity, key="whom"),
        related(PriceList.items, columns=[PriceItem.product, PriceItem.category, PriceItem.min_quantity,
                                          PriceItem.price, PriceItem.discount, PriceItem.valid_until]),
    ]  # fmt: skip


class PriceItemList(ListView[PriceItem]):
    columns = [
        PriceItem.price_list, PriceItem.product, PriceItem.category, PriceItem.min_quantity, PriceItem.price,
        PriceItem.discount, PriceItem.valid_from, PriceItem.valid_until,
    ]  # fmt: skip
    filters = [PriceItem.price_list, PriceItem.product, PriceItem.category, PriceItem.valid_until]
    groups = [PriceItem.price_list, PriceItem.product, PriceItem.category]


class PriceItemForm(FormView[PriceItem]):
    layout = [
        group(_("Price"), PriceItem.price_list, PriceItem.product, PriceItem.category, PriceItem.min_quantity,
              PriceItem.price, PriceItem.discount, PriceItem.valid_from, PriceItem.valid_until),
    ]  # fmt: skip
