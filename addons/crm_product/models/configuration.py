"""What can be chosen of a configurable product, what it costs more, and what goes together."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from addons.crm_product.models.product import Product
from core.api import (
    CompanyOwned,
    Env,
    Mapped,
    Where,
    _,
    computed,
    field,
    many2one,
    money,
    one2many,
    select,
    selection,
    translated,
)

RULES = [
    ("allow", _("allows, of its option, only")), ("require", _("requires")), ("exclude", _("excludes")),
]  # fmt: skip


def choices_of_the_product(env: Env, values: Mapping[str, Any]) -> Where:
    """What can be chosen of the product that the rule is about."""
    option = env.info(ConfigOption).cls
    product = values.get("product")
    of_product = select(option.id).where(option.product_id == getattr(product, "id", product))
    found: Where = ConfigValue.option.in_(of_product)
    return found


class ConfigOption(
    CompanyOwned,
    label=_("Option of a product"),
    plural=_("Options of products"),
    ordered_by="sequence",
    icon="adjustments",
    part_of="product",
):
    """One thing to choose, such as the memory of a server."""

    name: Mapped[dict[str, str]] = translated(_("Name"))
    product: Mapped[Product] = many2one(_("Product"), on_delete="part_of")
    currency: Mapped[str] = computed(
        _("Currency"), by=lambda option: option.product.currency, depends=("product.currency",)
    )
    is_required: Mapped[bool] = field(_("Has to be chosen"), default=True)
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    values: Mapped[list["ConfigValue"]] = one2many(_("To choose from"), back="option")


class ConfigValue(
    CompanyOwned, label=_("Choice of an option"), plural=_("Choices of options"), ordered_by="sequence", icon="checks",
    part_of="option",
    unique=[("option", "code")],
):  # fmt: skip
    """One of the things that can be chosen, and what it adds to the price."""

    name: Mapped[dict[str, str]] = translated(_("Name"))
    code: Mapped[str] = field(
        _("Short code"),
        max_length=12,
        help=_("Letters and digits; the code of what is configured is made of them."),
    )
    option: Mapped[ConfigOption] = many2one(_("Option"), on_delete="part_of")
    currency: Mapped[str] = computed(
        _("Currency"), by=lambda value: value.option.currency, depends=("option.currency",)
    )
    surcharge: Mapped[Decimal] = money(_("Surcharge"), default=Decimal(0), currency="currency")
    is_default: Mapped[bool] = field(_("Proposed"), default=False)
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)


class ConfigRule(
    CompanyOwned, label=_("Rule of a configuration"), plural=_("Rules of configurations"), display="kind",
    ordered_by="id", unique=[("value", "kind", "other")], icon="route", part_of="product",
):  # fmt: skip
    """What choosing one thing means for another: required with it, excluded by it, or the only ones allowed."""

    product: Mapped[Product] = many2one(_("Product"), on_delete="part_of")
    value: Mapped[ConfigValue] = many2one(_("Who chooses"), on_delete="part_of", among=choices_of_the_product)
    kind: Mapped[str] = selection(_("Rule"), choices=RULES)
    other: Mapped[ConfigValue] = many2one(_("What"), on_delete="part_of", among=choices_of_the_product)
