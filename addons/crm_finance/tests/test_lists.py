"""What the presets of receivables ask for beside being open has an index."""

from __future__ import annotations

import pytest

from addons.crm_finance.models import Receivable
from core.orm.index_report_shape import declared_indexes
from core.testing.world import World


@pytest.mark.parametrize("column", ["due_on", "promised_on", "collection_result"])
def test_an_index_leads_to_the_rows_of_a_preset(world: World, column: str) -> None:
    shapes = [one.shape for one in declared_indexes(world.owner.info(Receivable).table)]
    assert any(shape.serves("find", (column,)) for shape in shapes)
