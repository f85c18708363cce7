"""What a company begins with: units, tax rates, and the numbers of products."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from addons.crm_product.models import Tax, Unit
from core.api import Env, LazyString, Option, _, numbering, options, seed, translations

PRODUCT_NUMBERS = numbering("crm_product.product", title=_("Products"), prefix="P", width=6)

UNIT_GROUPS = options("crm_product.unit_group", [
    ("pieces", _("Pieces")), ("time", _("Time")), ("weight", _("Weight")), ("length", _("Length")),
    ("area", _("Area")), ("volume", _("Volume")),
])  # fmt: skip

BRANDS = options("crm_product.brand", [("own", _("Own brand")), ("agency", _("Agency brand"))])
LINES = options("crm_product.line", [("own", _("Own products")), ("agency", _("Agency products"))])

UNITS: Final[list[tuple[str, LazyString, str, int, int]]] = [
    ("pieces", _("Piece"), "1", 1, 0), ("pieces", _("Dozen"), "12", 1, 0), ("pieces", _("Set"), "1", 1, 0),
    ("time", _("Hour"), "1", 1, 2), ("time", _("Day of 8 hours"), "8", 1, 2),
    ("weight", _("Kilogram"), "1", 1, 3), ("weight", _("Gram"), "1", 1000, 0), ("weight", _("Ton"), "1000", 1, 6),
    ("length", _("Metre"), "1", 1, 3), ("length", _("Centimetre"), "1", 100, 1),
    ("area", _("Square metre"), "1", 1, 3), ("volume", _("Litre"), "1", 1, 3),
]  # fmt: skip
"""Group, name, factor, divisor, decimals."""

RATES: Final = [
    ("13", _("VAT 13%")), ("9", _("VAT 9%")), ("6", _("VAT 6%")), ("0", _("Tax free")),
]  # fmt: skip


@seed
def units_and_taxes(env: Env) -> None:
    """First units and tax rates for companies that have none."""
    if env.first(Unit) is None:
        groups = {
            one.code: one.id for one in env.search(Option, Option.list_code == "crm_product.unit_group")
        }
        env.create_many(Unit, [
            {"group": groups[group], "name": translations(name), "factor": Decimal(factor), "divisor": divisor,
             "decimals": decimals}
            for group, name, factor, divisor, decimals in UNITS
        ])  # fmt: skip
    if env.first(Tax) is None:
        env.create_many(Tax, [{"name": translations(name), "rate": Decimal(rate)} for rate, name in RATES])
