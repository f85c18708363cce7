"""What a company begins with: numbers, types of orders, contracts and costs, carriers, a process, a contract text."""

from __future__ import annotations

from typing import Final

from addons.crm_sales.models import DocumentTemplate, ProcessTemplate, TemplateStep
from addons.crm_sales.services.contract_texts import CONTRACT_TEXTS
from core.api import Env, LazyString, _, numbering, options, seed, translations

QUOTE_NUMBERS = numbering(
    "crm_sales.quote", title=_("Quotes"), prefix="Q", date_pattern="YYYYMM", width=4, reset="month"
)
CONTRACT_NUMBERS = numbering(
    "crm_sales.contract", title=_("Contracts"), prefix="CT", date_pattern="YYYYMM", width=4, reset="month"
)
ORDER_NUMBERS = numbering(
    "crm_sales.order", title=_("Sales orders"), prefix="SO", date_pattern="YYYYMM", width=4, reset="month"
)
DELIVERY_NUMBERS = numbering(
    "crm_sales.delivery", title=_("Deliveries"), prefix="DN", date_pattern="YYYYMM", width=4, reset="month"
)

ORDER_TYPES = options("crm_sales.order_type", [
    ("standard", _("Standard order")), ("project", _("Project")), ("periodic", _("Periodic delivery")),
    ("sample", _("Sample")),
])  # fmt: skip

CONTRACT_KINDS = options("crm_sales.contract_kind", [
    ("sale", _("Sale of goods")), ("service", _("Service contract")), ("frame", _("Frame contract")),
    ("subscription", _("Subscription")), ("project", _("Project contract")),
])  # fmt: skip

COST_KINDS = options("crm_sales.cost_kind", [
    ("material", _("Material")), ("labour", _("Labour")), ("transport", _("Transport")),
    ("outsourcing", _("Outsourcing")), ("other", _("Other costs")),
])  # fmt: skip

CARRIERS = options("crm_sales.carrier", [
    ("own", _("Own vehicle")), ("pickup", _("Picked up by the customer")), ("express", _("Express service")),
    ("freight", _("Freight company")), ("online", _("Delivered online")),
])  # fmt: skip

STEPS: Final[list[tuple[str, LazyString, int, tuple[str, ...]]]] = [
    ("check", _("Check the order and its terms"), 1, ()),
    ("prepare", _("Prepare the goods"), 3, ("check",)),
    ("papers", _("Prepare the papers"), 1, ("check",)),
    ("ship", _("Ship and inform the customer"), 2, ("prepare", "papers")),
    ("accept", _("Have the delivery accepted"), 5, ("ship",)),
]
"""Key, task, days, the tasks before it."""


@seed
def order_process(env: Env) -> None:
    """A first process for companies that have none."""
    if env.first(ProcessTemplate) is not None:
        return
    template = env.create(ProcessTemplate, name=translations(_("Standard process")))
    made: dict[str, int] = {}
    for position, (key, name, days, after) in enumerate(STEPS, start=1):
        step = env.create(
            TemplateStep, template=template, name=translations(name), sequence=position * 10, days=days,
            after=[made[one] for one in after],
        )  # fmt: skip
        made[key] = step.id


@seed
def contract_texts(env: Env) -> None:
    """A sales contract in each language, for companies that have no text yet."""
    if env.first(DocumentTemplate) is None:
        env.create_many(DocumentTemplate, [
            {"name": name, "language": language, "document": "crm_sales.contract", "body": body}
            for language, name, body in CONTRACT_TEXTS
        ])  # fmt: skip
