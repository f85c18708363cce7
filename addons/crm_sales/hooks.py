"""What this addon does when records change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_sales.models import Contract, Delivery, DeliveryLine, Order, ProcessTask, Quote, TemplateStep
from addons.crm_sales.services import ordering, preparing, renaming, tasks
from core.api import (
    Env,
    StateForbids,
    _,
    after_create,
    after_write,
    before_create,
    before_delete,
    implements,
)  # fmt: skip


@implements(before_create, model=Quote)
@implements(before_create, model=Contract)
@implements(before_create, model=Order)
def belong_to_the_salesperson(env: Env, rows: list[dict[str, Any]]) -> None:
    """What the order desk enters belongs to the salesperson of the customer."""
    ordering.give_to_salespeople(env, rows)


@implements(before_create, model=DeliveryLine)
def ship_what_was_ordered(env: Env, rows: list[dict[str, Any]]) -> None:
    """A delivery line is about the product and the options of its order line."""
    preparing.tell_products(env, rows)


@implements(after_create, model=TemplateStep)
@implements(after_create, model=ProcessTask)
def wait_for_tasks_of_the_same_process(env: Env, model: type[Any], records: Sequence[Any]) -> None:
    """Tasks wait for others of their own process, and never for themselves."""
    tasks.refuse_circles(env, model, records)


@implements(after_write, model=TemplateStep)
@implements(after_write, model=ProcessTask)
def keep_tasks_out_of_circles(
    env: Env, model: type[Any], records: Sequence[Any], changes: Sequence[Mapping[str, Any]]
) -> None:
    """The same for changed ones."""
    changed = [one for one, new in zip(records, changes, strict=True) if "after" in new]
    if changed:
        tasks.refuse_circles(env, model, changed)


@implements(before_delete, model=Order)
@implements(before_delete, model=Contract)
@implements(before_delete, model=Delivery)
def delete_drafts_only(env: Env, records: Sequence[Any]) -> None:
    """What took effect is cancelled, closed or reversed, and stays."""
    for record in records:
        if record.state.code != "draft":
            raise StateForbids(
                _("{number} is no draft any more: it can be ended, not deleted.", number=record.number)
            )


@implements(after_write, model=Quote)
@implements(after_write, model=Contract)
@implements(after_write, model=Order)
def name_documents_by_their_final_numbers(
    env: Env, model: type[Any], records: Sequence[Any], changes: Sequence[Mapping[str, tuple[Any, Any]]]
) -> None:
    """What names a draft follows when it is confirmed."""
    renaming.rename(env, model, records, changes)
