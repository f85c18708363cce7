"""What a program reads: the rows and fields that the caller may see, in plain values, page after page, in few statements."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from toy_bills.models import Bill
from toy_works.models import Label, Part, Phase, Vault, Work

from core.errors import BadRequest, NotFound
from core.orm.context import use_env
from core.orm.env import Env
from core.testing.statements import counted
from core.testing.world import World
from core.web.api import reading
from core.web.api.asked import asked_of
from core.web.api.reading import list_of, record_of

WORK = "toy_works.work"


def listed(env: Env, query: str = "", model: str = WORK) -> dict[str, Any]:
    pairs = [tuple(one.split("=", 1)) for one in query.split("&") if one]
    info = env.info(model)
    return list_of(env, info, asked_of(env, info, pairs))  # type: ignore[arg-type]


def titles(found: dict[str, Any]) -> list[str]:
    return [one["title"] for one in found["items"]]


class TestValues:
    def test_each_kind_has_its_form(self, env: Env) -> None:
        phase = env.create(Phase, name={"en": "First", "zh_CN": "一"})
        labels = [env.create(Label, name=name) for name in ("a", "b")]
        work = env.create(
            Work, title="T", pieces=3, weight=Decimal("0.1"), price=Decimal("12.5"), due=date(2026, 11, 23),
            begun=datetime(2026, 11, 23, 18, 30, tzinfo=UTC), phase=phase, labels=labels, motto={"en": "m"}, pin="1234",
        )  # fmt: skip
        found = record_of(env, env.info(Work), work.id)
        assert found["id"] == work.id and found["version"] == 1
        assert found["weight"] == "0.10000000" and found["pieces"] == 3
        assert found["price"] == {"amount": "12.5000", "currency": "CNY"}
        assert (found["due"], found["begun"]) == ("2026-11-23", "2026-11-23T18:30:00Z")
        assert found["phase"] == {"id": phase.id, "name": "First"}
        assert [one["name"] for one in found["labels"]] == ["a", "b"]
        assert found["motto"] == {"en": "m"} and found["state"] == "open" and found["size"] == "s"
        assert (found["urgent"], found["notes"], found["vault"]) == (False, None, None)

    def test_secrets_and_hidden_fields_are_not_there(self, env: Env) -> None:
        work = env.create(Work, title="T", pin="1234")
        found = record_of(env, env.info(Work), work.id)
        assert not {"pin", "inner", "company", "deleted_at", "parts"} & found.keys()
        for name in ("pin", "inner", "nonsense"):
            with pytest.raises(BadRequest, match=name):
                listed(env, f"fields=title,{name}")

    def test_a_record_that_is_not_to_see_has_neither_number_nor_name(self, env: Env) -> None:
        vault = env.sudo("test").create(Vault, name="V")
        env.sudo("test").create(Work, title="T", vault=vault, owner=env.user_id)
        (found,) = listed(env, "fields=vault")["items"]
        assert found["vault"] == {"id": None, "name": None}


class TestLists:
    def test_the_columns_of_the_list_unless_others_are_named(self, env: Env) -> None:
        env.create(Work, title="T", notes="N")
        (found,) = listed(env)["items"]
        assert {"id", "version", "code", "title", "state", "owner"} <= found.keys() and "notes" not in found
        (found,) = listed(env, "fields=notes,title")["items"]
        assert list(found) == ["id", "version", "notes", "title"]

    def test_filters_search_and_order_are_those_of_the_pages(self, env: Env) -> None:
        for title, price in (("River bridge", 5), ("River boat", 7), ("Hill", 9)):
            env.create(Work, title=title, price=price)
        assert titles(listed(env, "q=river&order=price")) == ["River bridge", "River boat"]
        assert titles(listed(env, "f=price:ge:7&f=title:contains:boat")) == ["River boat"]
        assert titles(listed(env, "preset=urgent")) == []

    @pytest.mark.parametrize("query", [
        "limit=501", "limit=0", "f=price:like:7", "f=nonsense:eq:1", "f=pin:eq:1", "order=notes", "order=pin", "group=state",
        "view=list", "f.title=x", "title=x", "q=a&q=b", "before=x", "count=2", "fields=a&fields=b", "preset=none", "after=x",
    ])  # fmt: skip
    def test_what_is_not_understood_is_refused(self, env: Env, query: str) -> None:
        with pytest.raises(BadRequest):
            listed(env, query)

    def test_pages_follow_one_another_by_their_addresses(self, env: Env) -> None:
        made = [env.create(Work, title=f"T{n}", price=n % 3).id for n in range(7)]
        query, seen = "limit=3&order=-price&fields=title", list[int]()
        while query:
            found = listed(env, query)
            assert len(found["items"]) <= 3
            seen += [one["id"] for one in found["items"]]
            query = (found["next"] or "").partition("?")[2].replace("%2C", ",").replace("%3A", ":")
        assert sorted(seen) == sorted(made) and len(seen) == len(set(seen)) == 7

    def test_a_count_is_told_on_request(self, env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
        for n in range(4):
            env.create(Work, title=f"T{n}")
        assert "count" not in listed(env)
        assert listed(env, "count=1&limit=2")["count"] == {"value": 4, "or_more": False}
        monkeypatch.setattr(reading, "MOST_COUNTED", 3)
        assert listed(env, "count=1&f=title:contains:T")["count"] == {"value": 3, "or_more": True}

    def test_few_statements_and_not_more_for_more_rows(self, env: Env) -> None:
        label = env.create(Label, name="a")
        env.create(Work, title="T", labels=[label], motto={"en": "m"})
        listed(env)
        one = counted(env, lambda: listed(env))
        further = counted(env, lambda: listed(env, "fields=title,labels,motto"))
        for n in range(30):
            env.create(Work, title=f"T{n}", labels=[label], motto={"en": "m"})
        env.flush()
        assert counted(env, lambda: listed(env)) == one == ["select"]
        assert len(counted(env, lambda: listed(env, "fields=title,labels,motto"))) == len(further) <= 4
        assert len(counted(env, lambda: listed(env, "count=1"))) == 2


class TestRecords:
    def test_parts_come_with_their_record_as_far_as_the_form_shows_them(
        self, env: Env, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [{"text": f"T{n}", "quantity": n, "price": 10, "sequence": n} for n in range(1, 6)]
        bill = env.create(Bill, title="B", lines=rows)
        info = env.info(Bill)
        found = record_of(env, info, bill.id)
        assert [one["text"] for one in found["lines"]] == [
            "T1",
            "T2",
            "T3",
            "T4",
            "T5",
        ] and "more" not in found
        assert found["lines"][0]["price"] == {"amount": "10.0000", "currency": "CNY"}
        assert "cost" not in found["lines"][0], "only a chief sees it"
        assert "lines" not in record_of(env, info, bill.id, ["title"])
        monkeypatch.setattr(reading, "LINES", 2)
        found = record_of(env, info, bill.id)
        rest = listed(env, found["more"]["lines"].partition("?")[2].replace("%2C", ",").replace("%3A", ":"),
                      "toy_bills.line")  # fmt: skip
        assert [one["text"] for one in (*found["lines"], *rest["items"])] == ["T1", "T2", "T3", "T4"]
        assert rest["items"][0].keys() == found["lines"][0].keys() and rest["next"] is not None

    def test_what_is_missing_hidden_or_in_the_bin_is_not_found(self, env: Env, world: World) -> None:
        gone = env.create(Work, title="T")
        env.delete(gone)
        with use_env(world.other):
            foreign = world.other.create(Work, title="F").id
        with use_env(env):
            for key in (gone.id, foreign, 10**15, 2**63):
                with pytest.raises(NotFound):
                    record_of(env, env.info(Work), key)

    def test_the_fields_that_are_named(self, env: Env) -> None:
        work = env.create(Work, title="T")
        env.create(Part, work=work, name="P")
        assert record_of(env, env.info(Work), work.id, ["title"]).keys() == {"id", "version", "title"}
