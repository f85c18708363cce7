"""Every relation of the product leads somewhere, though nobody may have followed it yet."""

from sqlalchemy import inspect

from core.orm.compose import Composition
from core.orm.relations import Relation


def test_each_relation_can_be_worked_out(composed: Composition) -> None:
    mapped = [inspect(info.cls).attrs for info in composed.models.values()]
    relations = [one for properties in mapped for one in properties if isinstance(one, Relation)]
    assert len(relations) > 500
    for one in relations:
        one.work_out()
        assert one.local_remote_pairs, one
