"""What lists of money ask the database for has an index."""

from __future__ import annotations

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import Matching, Receipt, Receivable
from addons.crm_finance.tests.conftest import instalment, receipt
from core.orm.index_report_shape import declared_indexes
from core.testing.statements import gathered
from core.testing.team import acting
from core.testing.world import World


@pytest.mark.parametrize("column", ["due_on", "promised_on", "collection_result"])
def test_an_index_leads_to_the_rows_of_a_preset(world: World, column: str) -> None:
    shapes = [one.shape for one in declared_indexes(world.owner.info(Receivable).table)]
    assert any(shape.serves("find", (column,)) for shape in shapes)


def test_matchings_are_counted_along_each_way_to_them(crew: World, acme: Customer) -> None:
    """A salesperson sees them with receivables and receipts of the own customers, whoever owns these: asked for in one
    condition, both tables would be read whole.
    """
    owed, paid = instalment(crew, acme, 100), receipt(crew, acme, 80)
    with acting(crew, "clerk") as env:
        env.get(Receipt, paid.id).match(receivable=env.get(Receivable, owed.id))
    with acting(crew, "outsider") as env:
        assert env.count(Matching).value == 0
    with acting(crew, "owner") as env, gathered(env.session.connection()) as seen:
        assert env.count(Matching).value == env.counts(Matching, [((), 10_000)])[0].value == 1
        assert [row.count for row in env.group(Matching, ["kind"])] == [1]
        asked = [one for one in seen if "crm_finance.matching" in one]
        assert len(asked) == 3
        for one in asked:
            assert one.count("UNION") >= 3 and "OR crm_finance.receivable.customer_id IN" not in one
