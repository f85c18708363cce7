"""What products of a category are described by, and what each product says of it."""

from decimal import Decimal

from addons.crm_product.models.category import Category
from addons.crm_product.models.product import Product
from core.api import CompanyOwned, Mapped, _, computed, field, longtext, many2one, selection, translated

KINDS = [("text", _("Text")), ("number", _("Number")), ("choice", _("Choice"))]


class Attribute(
    CompanyOwned, label=_("Attribute"), plural=_("Attributes"), ordered_by="sequence", icon="list-numbers"
):
    """A property of all products of a category and of those below it."""

    name: Mapped[dict[str, str]] = translated(_("Name"), sortable=True)
    category: Mapped[Category] = many2one(_("Category"), on_delete="part_of")
    kind: Mapped[str] = selection(_("Kind of attribute"), choices=KINDS, default="text")
    choices: Mapped[str | None] = longtext(_("Choices"), default=None, help=_("One in each line."))
    suffix: Mapped[str | None] = field(
        _("Measured in"), default=None, max_length=20, help=_("Written behind numbers, such as GB or mm.")
    )
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)


class AttributeValue(
    CompanyOwned,
    label=_("Attribute of a product"),
    plural=_("Attributes of products"),
    display="value",
    ordered_by="id",
    unique=[("product", "attribute")],
    icon="list-check",
    part_of="product",
):
    """What one product says of one attribute; numbers can be compared."""

    product: Mapped[Product] = many2one(_("Product"), on_delete="part_of")
    attribute: Mapped[Attribute] = many2one(_("Attribute"))
    value: Mapped[str | None] = field(
        _("Value"), default=None, searchable=True, sortable=True, max_length=200
    )
    amount: Mapped[Decimal | None] = computed(
        _("As a number"), by=lambda one: number_of(one), depends=("value", "attribute.kind"), sortable=True
    )


def number_of(one: AttributeValue) -> Decimal | None:
    """The value of a numeric attribute."""
    return Decimal(one.value) if one.value and one.attribute.kind == "number" else None
