"""The configurator: options of a product, what goes together, and the price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from addons.crm_product.models import Product
from addons.crm_product.services.configuring import code_of, problems_at, surcharge
from addons.crm_product.services.offering import offered
from core.api import Env, NotFound, Page, _


def configurator(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """What is chosen stands in the address, as `o` with the number of the option; at first what is proposed is."""
    product: Any = env.get(Product, _number(params.get("product", "")))
    offer = offered(env, product.id)
    chosen = (
        [int(value) for name, value in params.items() if name.startswith("o") and _is_number(value)]
        if "check" in params
        else offer.defaults()
    )
    problems = problems_at(offer, chosen)
    extra = surcharge(offer, chosen)
    key = f"crm_product.product/{product.id}"
    build = urlencode({"code": code_of(offer, chosen)})
    return {
        "product": product, "options": offer.options, "chosen": set(chosen), "problems": problems, "surcharge": extra,
        "price": product.list_price + extra, "code": code_of(offer, chosen),
        "build": f"/r/{key}/do/build?{build}", "back": f"/r/{key}",
    }  # fmt: skip


def _number(text: str) -> int:
    if not _is_number(text):
        raise NotFound()
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


CONFIGURATOR = Page(
    "crm_product.configurator", _("Configurator"), "configurator.pt", configurator, right=("read", Product)
)
