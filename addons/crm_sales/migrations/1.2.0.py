"""That a line lacks something was called "open", though nothing of drafts, closed and cancelled orders is.

The column is renamed with what it holds; then rows of orders that run are told that they are promised.
"""

from typing import Any

from core.lifecycle.picture import picture

RUNNING = ("confirmed", "in_fulfilment", "delivered")


def before(op: Any) -> None:
    """The tables are those of an older version."""
    op.alter_column("order_line", "is_open", new_column_name="is_incomplete", schema="crm_sales")
    op.execute("drop index if exists crm_sales.ix_order_line_is_open")


def after(op: Any) -> None:
    """The tables are those of 1.2.0; rows of which nothing is open stay as they are."""
    tables, connection = picture(__file__, "1.2.0"), op.get_bind()
    order, line, plan = tables["order"], tables["order_line"], tables["delivery_plan"]
    is_running = order.c.state.in_(RUNNING)
    its_lines = line.update().where(order.c.id == line.c.document_id, is_running)
    connection.execute(its_lines.values(is_promised=True, is_open=line.c.is_incomplete))
    of_others = plan.update().where(order.c.id == plan.c.order_id, plan.c.is_open, ~is_running)
    connection.execute(of_others.values(is_promised=False, is_open=False))
