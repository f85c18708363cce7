"""That a line lacks something was called "open", though nothing of drafts, closed and cancelled orders is.

The column and its index are renamed with what they hold, so that no row is written.
"""

from typing import Any


def before(op: Any) -> None:
    """The tables are those of an older version."""
    op.alter_column("order_line", "is_open", new_column_name="is_incomplete", schema="crm_sales")
    op.execute("alter index if exists crm_sales.ix_order_line_is_open rename to ix_order_line_is_incomplete")
