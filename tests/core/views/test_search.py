"""The state of a list is its address, read strictly and written in one form."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import BadRequest
from core.views.filters import Filter
from core.views.resolve import list_for, rows_view_for
from core.views.search import ListState
from tests.core.views.conftest import PLAIN, Caller


def parse(*pairs: tuple[str, str], view: str | None = None, **options: Any) -> ListState:
    caller: Any = Caller()
    return ListState.parse(pairs, rows_view_for(caller, "sales.lead", view), **options)


def test_an_empty_address_is_the_lists_own_default() -> None:
    state = parse()
    assert (state.preset, state.order, state.limit, state.filters) == ("open", "-amount", 80, ())
    assert state.url() == "/r/sales.lead"


def test_what_is_written_is_read_back() -> None:
    state = parse(
        ("preset", "everything"), ("q", " 科源 & more "), ("f", "state:eq:new"), ("f", "amount:ge:1,000.50"),
        ("f", "title:contains:a:b"), ("order", "title"), ("group", "state,due"), ("limit", "200"),
        ("after", "opaque"), ("utm_source", "mail"),
    )  # fmt: skip
    assert state.q == "科源 & more"
    assert state.filters == (
        Filter("state", "eq", "new"),
        Filter("amount", "ge", "1000.50"),
        Filter("title", "contains", "a:b"),
    )
    assert state.group == ("state", "due:month")
    assert [choice.unit for choice in state.group_choices] == [None, "month"]
    from urllib.parse import parse_qsl

    path, _mark, query = state.url().partition("?")
    assert path == "/r/sales.lead"
    again = ListState.parse(parse_qsl(query, keep_blank_values=True), state.view)
    assert again == state
    assert "utm_source" not in query


def test_no_preset_is_told_from_the_default_one() -> None:
    state = parse(("preset", ""))
    assert state.preset is None
    assert state.url() == "/r/sales.lead?preset="


def test_changes_lead_back_to_the_first_page() -> None:
    state = parse(("after", "abc"), ("q", "x"))
    assert state.url() == "/r/sales.lead?q=x&after=abc"
    assert state.url(q="y") == "/r/sales.lead?q=y"
    assert state.url(after="def") == "/r/sales.lead?q=x&after=def"
    assert state.url(after=None, before="abc") == "/r/sales.lead?q=x&before=abc"
    assert state.with_filter("urgent", "eq", "yes").after is None


def test_filters_come_and_go() -> None:
    state = parse().with_filter("state", "eq", "new").with_filter("state", "eq", "new")
    assert state.filters == (Filter("state", "eq", "new"),)
    assert state.url() == "/r/sales.lead?f=state%3Aeq%3Anew"
    assert state.without_filter(Filter("state", "eq", "new")).url() == "/r/sales.lead"
    with pytest.raises(BadRequest):
        state.with_filter("state", "eq", "nonsense")


def test_a_plain_form_writes_filters_without_script() -> None:
    state = parse(
        ("f.state", "new"), ("f.amount.ge", "1000"), ("f.kind", " "), ("f.due.between", "2026-01..2026-03")
    )
    assert [str(known) for known in state.filters] == [
        "state:eq:new", "amount:ge:1000", "due:between:2026-01..2026-03",
    ]  # fmt: skip


def test_order_turns_round() -> None:
    state = parse()
    assert state.toggle_order("title").order == "title"
    assert state.toggle_order("title").toggle_order("title").order == "-title"
    assert state.toggle_order("amount").toggle_order("amount").url() == "/r/sales.lead"
    with pytest.raises(BadRequest):
        state.toggle_order("remarks")


def test_the_bin_and_the_board_have_their_addresses() -> None:
    assert parse(("q", "x"), binned=True).url() == "/r/sales.lead/bin?q=x"
    assert parse(("q", "x"), binned=True).url(binned=False) == "/r/sales.lead?q=x"
    board = parse(("view", "board"), ("q", "x"), view="board")
    assert board.url() == "/r/sales.lead?view=board&q=x"


@pytest.mark.parametrize(
    "pair",
    [
        ("f", "nothing:eq:1"), ("f", "gift"), ("f", "title"), ("f", "title:eq"), ("f", "title:like:x"),
        ("f", "remarks:lt:5"), ("f", "amount:eq:many"), ("f", "amount:eq:1e9"), ("f", "count:eq:1.5"),
        ("f", "due:eq:tomorrowish"), ("f", "due:eq:2026-02-30"), ("f", "due:between:today..2026"),
        ("f", "due:between:2026"), ("f", "due:between:.."), ("f", "owner:eq:-1"), ("f", "owner:eq:１２"),
        ("f", "owner:eq:99999999999999999999"), ("f", "customer:eq:me"), ("f", "kind:eq:warm"),
        ("f", "state:in:new,gone"), ("f", "urgent:eq:maybe"), ("f", "due:empty:perhaps"), ("f", "title:eq:"),
        ("f", "title:in:,"), ("f", "customer:eq:1 or 1=1"), ("f", "title:contains:" + "x" * 10_000),
        ("f", "owner:in:" + ",".join(map(str, range(1, 202)))), ("f", "id'; drop table:eq:1"),
        ("f.nothing", "1"), ("f.state.like", "new"), ("preset", "theirs"), ("order", "remarks"),
        ("order", "-nothing"), ("order", "--title"), ("group", "title"), ("group", "due:hour"), ("group", "state:day"),
        ("group", "state,kind,urgent,owner"), ("limit", "0"), ("limit", "501"), ("limit", "-1"), ("limit", "８０"),
        ("limit", "9" * 5000), ("q", "x" * 10_000), ("q", "a\x00b"), ("q", "a\udc80b"), ("view", "board"),
        ("after", "x" * 10_000),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_words(pair: tuple[str, str]) -> None:
    with pytest.raises(BadRequest) as refusal:
        parse(pair)
    text = str(refusal.value.message)
    assert text.endswith(".") and len(text) < 200
    text.encode()


def test_parameters_that_contradict_are_refused() -> None:
    with pytest.raises(BadRequest):
        parse(("after", "a"), ("before", "b"))
    with pytest.raises(BadRequest):
        parse(("order", "title"), ("order", "-title"))
    with pytest.raises(BadRequest):
        parse(*[("f", f"amount:ne:{number}") for number in range(41)])


def test_a_multi_dict_is_read_with_all_its_values() -> None:
    from webob.multidict import MultiDict

    caller: Any = Caller()
    params = MultiDict([("f", "state:eq:new"), ("f", "kind:eq:hot")])
    assert len(ListState.parse(params, list_for(caller, "sales.lead")).filters) == 2


def test_fields_of_a_disabled_addon_cannot_be_asked_for() -> None:
    view = list_for(Caller(addons=PLAIN), "sales.lead")  # type: ignore[arg-type]
    with pytest.raises(BadRequest):
        ListState.parse([("f", "gift:contains:x")], view)
    assert ListState.parse([("f", "gift:contains:x")], list_for(Caller(), "sales.lead")).filters  # type: ignore[arg-type]


def test_a_field_the_caller_may_not_see_gives_nothing_away() -> None:
    for pair in (("f", "credit:gt:1000"), ("order", "credit"), ("f", "token:eq:x"), ("f.token", "x")):
        with pytest.raises(BadRequest):
            ListState.parse([pair], list_for(Caller(), "sales.customer"))  # type: ignore[arg-type]


def test_preset_and_filters_become_conditions() -> None:
    caller: Any = Caller()
    conditions = parse(("f", "amount:ge:1000")).where(caller)
    assert [str(condition.compile()) for condition in conditions] == [
        "sales.lead.kind = :kind_1", "sales.lead.amount >= :amount_1",
    ]  # fmt: skip
    assert parse(("preset", "everything")).where(caller) == []
