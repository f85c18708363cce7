"""Attributes of categories, and the list in which products are found by what they say of theirs."""

from addons.crm_product.models import Attribute, AttributeValue
from core.api import FormView, ListView, _, group


class AttributeList(ListView[Attribute]):
    columns = [Attribute.category, Attribute.name, Attribute.kind, Attribute.suffix, Attribute.sequence]
    order = "sequence"
    filters = [Attribute.category, Attribute.kind]
    groups = [Attribute.category]


class AttributeForm(FormView[Attribute]):
    layout = [
        group(_("Attribute"), Attribute.name, Attribute.category, Attribute.kind, Attribute.suffix, Attribute.choices,
              Attribute.sequence),
    ]  # fmt: skip


class AttributeValueList(ListView[AttributeValue]):
    columns = [AttributeValue.product, AttributeValue.attribute, AttributeValue.value, AttributeValue.amount]
    filters = [
        AttributeValue.attribute, AttributeValue.value, AttributeValue.amount, AttributeValue.product,
    ]  # fmt: skip
    groups = [AttributeValue.attribute, AttributeValue.product]


class AttributeValueForm(FormView[AttributeValue]):
    layout = [
        group(_("Attribute of a product"), AttributeValue.product, AttributeValue.attribute, AttributeValue.value),
    ]  # fmt: skip
