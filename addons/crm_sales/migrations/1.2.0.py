"""Lines and instalments are open while their order runs; those of drafts, closed and cancelled orders were so, too.

Lines are told which of them lack something, however their order stands: its totals count these.
"""

from typing import Any

from core.lifecycle.picture import picture

RUNNING = ("confirmed", "in_fulfilment", "delivered")


def after(op: Any) -> None:
    """The tables are those of 1.2.0; rows of which nothing is open stay as they are."""
    tables = picture(__file__, "1.2.0")
    order, line, plan = tables["order"], tables["order_line"], tables["delivery_plan"]
    connection, is_running = op.get_bind(), order.c.state.in_(RUNNING)
    its_order, lacking = order.c.id == line.c.document_id, line.c.open_quantity > 0
    connection.execute(line.update().where(its_order, lacking).values(is_incomplete=True, is_open=is_running))
    its_order = order.c.id == plan.c.order_id
    connection.execute(plan.update().where(its_order, plan.c.is_open, ~is_running).values(is_open=False))
