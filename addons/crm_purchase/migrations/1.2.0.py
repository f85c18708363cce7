"""That a line lacks something was called "open", though nothing of drafts, closed and cancelled orders is yet to come.

The column is renamed with what it holds; then lines of orders that suppliers have are told that they are sent.
"""

from typing import Any

from core.lifecycle.picture import picture

WITH_SUPPLIER = ("sent", "partly", "received")


def before(op: Any) -> None:
    """The tables are those of an older version."""
    op.alter_column("purchase_line", "is_open", new_column_name="is_incomplete", schema="crm_purchase")


def after(op: Any) -> None:
    """The tables are those of 1.2.0; rows of which nothing is open stay as they are."""
    tables = picture(__file__, "1.2.0")
    order, line = tables["purchase_order"], tables["purchase_line"]
    is_with_supplier = order.c.state.in_(WITH_SUPPLIER)
    its_lines = line.update().where(order.c.id == line.c.document_id, is_with_supplier)
    op.get_bind().execute(its_lines.values(is_sent=True, is_open=line.c.is_incomplete))
