"""What a page offers for filtering is what the data layer understands."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql

from core.i18n import use_language
from core.orm.buckets import BUCKETS, RELATIVE
from core.orm.column_types import State
from core.orm.compose import composition
from core.views.chips import chips, filter_text, group_filter
from core.views.choices import filter_choices
from core.views.filters import DATE_WORDS, Filter, checked_filter, filterable, operators
from core.views.grouping import UNITS, group_choice
from core.views.resolve import list_for
from core.views.search import ListState
from tests.core.views.conftest import Caller

SAMPLES = {
    "text": "abc", "longtext": "abc", "selection": "hot", "state": "new", "many2one": "5", "option": "5",
    "many2many": "5", "money": "1,000", "integer": "3", "date": "2026-11", "datetime": "this_month", "boolean": "yes",
    "decimal": "2.5",
}  # fmt: skip


def fields() -> dict[str, Any]:
    return dict(list_for(Caller(), "sales.lead").fields)  # type: ignore[arg-type]


def test_words_and_units_are_those_of_the_data_layer() -> None:
    assert tuple(DATE_WORDS) == RELATIVE
    assert tuple(UNITS) == BUCKETS


@pytest.mark.parametrize(
    "name",
    ["title", "kind", "customer", "owner", "source", "amount", "count", "due", "seen_at", "urgent", "remarks", "tags",
     "double", "state", "gift", "id", "created_at"],
)  # fmt: skip
def test_every_operator_offered_becomes_sql(name: str) -> None:
    caller: Any = Caller()
    field = fields()[name]
    assert operators(field)
    for op in operators(field):
        sample = SAMPLES[field.kind]
        value = {"between": f"{sample}..{sample}", "empty": "yes"}.get(op, sample)
        if op == "between" and field.kind == "datetime":
            value = "2026-01-01..2026"
        if op in ("between", "eq") and field.kind == "date":
            value = "2026-01..2026-03" if op == "between" else "overdue"
        checked = checked_filter(name, op, value, fields())
        where = caller.condition("sales.lead", checked.field, checked.op, checked.value)
        assert str(where.compile(dialect=postgresql.dialect()))


def test_relations_to_many_and_secrets_are_no_filters() -> None:
    customer = composition().info("sales.customer").fields
    assert not filterable(customer["leads"])
    assert not filterable(customer["token"])


def test_choices_by_kind() -> None:
    info = composition().info("sales.lead")
    kind = filter_choices(info.fields["kind"], info)
    assert [(str(quick.filter), str(quick.label)) for quick in kind.quick] == [
        ("kind:eq:hot", "Hot"), ("kind:eq:cold", "Cold"),
    ]  # fmt: skip
    assert kind.entry == "choice"
    state = filter_choices(info.fields["state"], info)
    assert [value for value, _label in state.values] == ["new", "assigned", "closed", "escalated"]
    owner = filter_choices(info.fields["owner"], info)
    assert {str(quick.filter) for quick in owner.quick} == {"owner:eq:me", "owner:empty:yes"}
    assert (owner.entry, owner.target) == ("record", "base.user")
    due = filter_choices(info.fields["due"], info)
    assert "due:eq:this_month" in {str(quick.filter) for quick in due.quick}
    assert dict(due.operators)["ge"] == filter_choices(info.fields["seen_at"]).operators[1][1]
    assert str(dict(due.operators)["ge"]) == "from"
    assert str(dict(filter_choices(info.fields["amount"]).operators)["ge"]) == "at least"
    assert filter_choices(info.fields["urgent"]).entry == "yes_no"
    assert filter_choices(info.fields["title"]).entry == "text"


def test_chips_say_the_conditions_and_lead_to_the_list_without_them() -> None:
    caller: Any = Caller()
    pairs = [
        ("f", "customer:in:4,500"), ("f", "owner:eq:me"), ("f", "due:between:2026-11-01.."), ("f", "amount:ge:1000"),
        ("f", "customer:empty:no"), ("f", "state:ne:new"), ("f", "due:eq:this_month"), ("f", "owner:eq:8"),
    ]  # fmt: skip
    found = chips(caller, ListState.parse(pairs, list_for(caller, "sales.lead")))
    assert [str(chip.text) for chip in found] == [
        "Customer is one of No. 4, #500", "Owner is me", "Due between Nov 1, 2026 to …", "Amount at least 1,000",
        "Customer is not empty", "State is not New", "Due is this month", "Owner is No. 8",
    ]  # fmt: skip
    assert sorted(caller.asked) == [("base.user", [8]), ("sales.customer", [4, 500])]
    assert "amount" not in found[3].url and "state%3Ane%3Anew" in found[3].url
    with use_language("zh_CN"):
        assert "2026年11月1日" in str(found[2].text)


def test_a_group_opens_its_rows() -> None:
    known = fields()

    def opened(key: str, value: Any) -> str:
        choice = group_choice(key, known)
        assert choice is not None
        condition = group_filter(choice, value)
        assert checked_filter(condition.field, condition.op, condition.value, known) == condition
        return str(condition)

    assert opened("state", State("new", "New")) == "state:eq:new"
    assert opened("kind", "hot") == "kind:eq:hot"
    assert opened("customer", 5) == "customer:eq:5"
    assert opened("customer", None) == "customer:empty:yes"
    assert opened("urgent", False) == "urgent:eq:no"
    assert opened("due", date(2026, 11, 1)) == "due:eq:2026-11"
    assert opened("due:day", date(2026, 11, 3)) == "due:eq:2026-11-03"
    assert opened("due:week", date(2026, 12, 28)) == "due:between:2026-12-28..2027-01-03"
    assert opened("due:quarter", date(2026, 10, 1)) == "due:between:2026-10..2026-12"
    assert opened("due:year", date(2026, 1, 1)) == "due:eq:2026"


def test_a_record_nobody_may_see_is_named_by_its_number() -> None:
    info = composition().info("sales.lead")
    assert str(filter_text(info, Filter("customer", "eq", "77"), {})) == "Customer is #77"
