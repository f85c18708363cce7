"""What the presets of lists ask for has an index: where few rows fit, the others are not read for them."""

from __future__ import annotations

from addons.crm_sales.models import OrderLine
from core.orm.index_report_shape import declared_indexes
from core.testing.world import World


def test_open_lines_come_by_an_index_in_the_order_of_their_list(world: World) -> None:
    shapes = [one.shape for one in declared_indexes(world.owner.info(OrderLine).table)]
    assert any([key.column for key in shape.keys] == ["company_id", "is_open", "id"] for shape in shapes)
