"""The product file: lists by what people ask for, and the page of one product."""

from addons.crm_product.models import AttributeValue, ConfigOption, ConfigRule, Product
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    and_,
    button,
    group,
    header,
    lines,
    notebook,
    page,
    preset,
    related,
    show,
)


def on_sale(env: Env) -> Where:
    """What is sold now."""
    return Product.status == "active"


def services(env: Env) -> Where:
    """Services on sale."""
    return and_(on_sale(env), Product.kind == "service")


def periodic(env: Env) -> Where:
    """What is delivered in periods."""
    return and_(on_sale(env), Product.kind == "periodic")


def no_longer_sold(env: Env) -> Where:
    """What was sold once."""
    return Product.status == "inactive"


class ProductList(ListView[Product]):
    columns = [
        Product.code, Product.name, Product.status, Product.list_price, Product.unit, Product.category, Product.brand,
        Product.specification, Product.features,
    ]  # fmt: skip
    order = "code"
    presets = [
        preset("active", _("On sale"), on_sale, default=True),
        preset("service", _("Services"), services),
        preset("periodic", _("Delivered in periods"), periodic),
        preset("inactive", _("No longer sold"), no_longer_sold),
        preset("all", _("All products")),
    ]
    filters = [
        Product.category, Product.brand, Product.product_line, Product.kind, Product.status, Product.list_price,
        Product.features, Product.tax, Product.base_product,
    ]  # fmt: skip
    groups = [Product.category, Product.brand, Product.product_line, Product.kind, Product.status]


class ProductForm(FormView[Product]):
    layout = [
        header(button(Product.configure), button(Product.add_attributes)),
        group(
            _("Product"), show(Product.name, wide=True), Product.code, Product.kind, Product.category, Product.status,
            Product.brand, Product.product_line, Product.model_no, Product.specification, Product.unit,
            Product.warranty_months, show(Product.features, wide=True), Product.image,
        ),
        group(
            _("Price"), Product.list_price, Product.currency, Product.tax, Product.tax_included, Product.cost,
            Product.margin, key="price",
        ),
        notebook(
            page(_("Description"), Product.description, Product.remarks),
            page(
                _("Attributes"),
                lines(Product.attributes, columns=[AttributeValue.attribute, AttributeValue.value]),
                key="attributes",
            ),
            page(_("Periods"), Product.periods, Product.period_unit, Product.issue_days),
            page(
                _("Configuration"), Product.base_product, Product.configuration,
                lines(Product.options, columns=[ConfigOption.name, ConfigOption.is_required]),
                related(Product.rules, columns=[ConfigRule.value, ConfigRule.kind, ConfigRule.other]),
                related(Product.variants, add=False,
                        columns=[Product.code, Product.name, Product.specification, Product.list_price]),
                key="configuration",
            ),
            page(_("Info"), Product.created_at, Product.created_by, Product.changed_at, Product.changed_by),
        ),
    ]  # fmt: skip
