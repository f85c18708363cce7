"""Texts become values of every kind, by what the mapping says; what does not fit is told in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.auth.access import AccessPolicy
from core.exchange.report import CREATED, UNCHANGED, UPDATED
from tests.core.exchange.conftest import Desk


def mapping(model: str, fields: str, extra: str = "", key: str = "{id}") -> str:
    return (
        f'source = "old"\n[[file]]\nname = "rows.csv"\n{extra}\n[[file.record]]\nmodel = "{model}"\nkey = "{key}"\n'
        f"[file.record.fields]\n{fields}\n"
    )


def opportunity(rule: str, extra: str = "") -> str:
    waived = "".join(
        f"{name} = {{ required = false }}\n" for name in ("customer", "expected_close", "intention")
    )
    fields = 'title = { template = "Deal {id}" }\n' + waived
    return mapping("crm_leads.opportunity", fields + rule, extra)


def rows(*cells: str) -> dict[str, str | bytes]:
    return {"rows.csv": "id,x\n" + "".join(f'{n},"{cell}"\n' for n, cell in enumerate(cells, start=1))}


def values(desk: Desk, rule: str, name: str, *cells: str, extra: str = "") -> list[Any]:
    """What an opportunity's field is after an import; a text where the row was wrong."""
    report = desk.load("director", opportunity(rule, extra), rows(*cells))
    stored = dict(desk.values("director", "crm_leads.opportunity", "title", name))
    wrong = {row: str(problems[0].reason) for row, problems in report.files[0].wrong.items()}
    return [wrong.get(n + 1, stored.get(f"Deal {n}")) for n in range(1, len(cells) + 1)]


def test_dates_by_the_formats_of_the_file(desk: Desk) -> None:
    rule = 'engaged_on = { column = "x", format = ["%d-%m-%y", "%d.%m.%Y"], empty = "blank" }'
    cells = ("20-10-16", "01.03.2017", "2017-03-02", "2017年3月3日", "", "31-02-17", "soon")
    assert values(desk, rule, "engaged_on", *cells) == [
        date(2016, 10, 20), date(2017, 3, 1), date(2017, 3, 2), date(2017, 3, 3), None,
        "“31-02-17” is not a date of the form %d-%m-%y / %d.%m.%Y.",
        "“soon” is not a date of the form %d-%m-%y / %d.%m.%Y.",
    ]  # fmt: skip


def test_dates_without_a_format_are_year_first(desk: Desk) -> None:
    found = values(desk, 'closed_on = "x"', "closed_on", "2017-03-01", "03/04/2017")
    assert found == [date(2017, 3, 1), "“03/04/2017” is not a date. Please write it as 2026-11-21."]


def test_times_are_those_of_the_company(desk: Desk) -> None:
    found = values(
        desk,
        'ended_at = { column = "x", format = "%d-%m-%y" }',
        "ended_at",
        "01-03-17",
        "2017-03-01 14:05",
        "2017-03-01",
    )
    midnight = datetime(2017, 2, 28, 16, tzinfo=UTC)
    assert found == [midnight, datetime(2017, 3, 1, 6, 5, tzinfo=UTC), midnight]


def test_numbers(desk: Desk) -> None:
    found = values(
        desk,
        'amount = { column = "x", default = 0 }',
        "amount",
        "1,234.50",
        "1.5万",
        "",
        "1,5",
        "1e3",
        "-1",
        "9" * 20,
    )
    assert found[:3] == [Decimal("1234.5"), Decimal(15000), Decimal(0)]
    assert found[3:] == [
        "“1,5” is not a number.", "“1e3” is not a number.", "Expected amount must be at least 0.",
        "Expected amount: the number is too large.",
    ]  # fmt: skip
    comma = 'amount = { column = "x", decimal_comma = true }'
    assert values(desk, comma, "amount", "1.234,50") == [Decimal("1234.5")]


def test_whole_numbers(desk: Desk) -> None:
    desk.load(
        "director",
        mapping("crm_base.customer", 'name = "id"\nphone = { required = false }\nfounded = "x"'),
        rows("1984", "1984.0", "1984.5", "9" * 30, "99"),
    )
    wrong = {out.row: str(out.problems[0].reason) for out in desk.outcomes if out.problems}
    assert wrong == {
        4: "“1984.5” is not a whole number.", 5: f"“{'9' * 30}” is too large.", 6: "Founded in must be at least 1000.",
    }  # fmt: skip


def test_choices_corrections_and_codes(desk: Desk) -> None:
    rule = 'importance = { column = "x", choices = { high = "a", "低" = "c" } }'
    assert values(desk, rule, "importance", "high", "HIGH", "低", "", "medium") == [
        "a",
        "a",
        "c",
        "c",
        "“medium” is not among the choices of the mapping.",
    ]
    rule = 'importance = { column = "x", choices = { high = "a" }, otherwise = "b" }'
    assert values(desk, rule, "importance", "high", "whatever") == ["a", "b"]
    corrected = '[file.corrections.x]\nhihg = "A – key"\n'
    assert values(desk, 'importance = "x"', "importance", "hihg", "b – IMPORTANT", "b", "d", extra=corrected)[
        :3
    ] == ["a", "b", "b"]


def test_options_by_code_or_name_made_where_allowed(desk: Desk) -> None:
    fields = 'name = "id"\nphone = { required = false }\nindustry = "x"'
    with desk.env("admin") as env:
        env.create(
            "base.option",
            list_code="crm_base.industry",
            code="sea",
            name={"en": "Sea trade", "zh_CN": "航运"},
        )
        env.commit()
    report = desk.load(
        "admin",
        mapping("crm_base.customer", fields),
        rows("software", "Finance and insurance", "航运", "Space flight"),
    )
    assert list(report.files[0].wrong) == [5]
    made = mapping("crm_base.customer", fields.replace('"x"', '{ column = "x", create = true }'))
    report = desk.load(
        "admin", made, rows("software", "software", "Space flight", "space  flight", "Space Flight")
    )
    assert report.wrong == 1
    with desk.env("admin") as env:
        (option,) = env.search("base.option", env.info("base.option").cls.code == "space_flight")
        assert (
            option.name == {"en": "Space flight", "zh_CN": "Space flight"}
            and option.company_id == env.company_id
        )
        found = env.count("crm_base.customer", env.info("crm_base.customer").cls.industry_id == option.id)
        assert found.value == 2


def test_texts_are_put_together_and_taken_apart(desk: Desk) -> None:
    fields = (
        'name = { template = "{first} {last}" }\nphone = { required = false }\n'
        'short_name = { column = "first", upper = true, replace = { "A" = "4" } }\n'
        'province = { column = "place", split = "/", part = 1 }\ncity = { column = "place", split = "/", part = 2 }\n'
        'campaign = { constant = "Fair 2026" }\n'
        'email = { template = "{first}.{last}@example.com", lower = true, '
        'only_when = { column = "place", empty = false } }\n'
    )
    files: dict[str, str | bytes] = {"rows.csv": "first,last,place\nAnna,Berg,广东/深圳\nBo,,\n"}
    desk.load("director", mapping("crm_base.customer", fields, key="{first}"), files)
    assert desk.values(
        "director", "crm_base.customer", "name", "short_name", "province", "city", "campaign", "email"
    ) == [
        ("Anna Berg", "4NNA", "广东", "深圳", "Fair 2026", "anna.berg@example.com"),
        ("Bo", "BO", None, None, "Fair 2026", None),
    ]


def test_yes_and_no(desk: Desk) -> None:
    process = mapping("crm_leads.process", 'name = "id"\nis_default = "x"')
    desk.load("director", process, rows("yes", "否", "TRUE", "perhaps"))
    found = {out.row: (out.problems and str(out.problems[0].reason)) or out.action for out in desk.outcomes}
    assert found == {2: CREATED, 3: CREATED, 4: CREATED, 5: "“perhaps” is neither yes nor no."}


def test_records_are_found_by_a_field_and_many_at_once(desk: Desk) -> None:
    contacts = mapping(
        "crm_base.contact",
        'name = "x"\ncustomer = { lookup = "crm_base.customer", key = "{id}" }',
    )
    customers = mapping(
        "crm_base.customer", 'name = { template = "Customer {id}" }\nphone = { required = false }'
    )
    desk.load("director", customers, rows("", ""))
    assert desk.load("director", contacts, rows("Ann", "Ben", "Cid")).wrong == 1
    linked = opportunity(
        'contacts = { column = "x", split = ";", lookup = "crm_base.contact", by = "name" }\n'
        'owner = { lookup = "base.user", by = "name", constant = "Owner" }'
    )
    report = desk.load("director", linked, rows("Ann; Ben", "Nobody", ""))
    assert [str(p) for p in report.files[0].wrong[3]] == [
        "x “Nobody”: There is no “Nobody” (Contact), or you have no access to it."
    ]
    assert desk.load("director", linked, rows("Ann; Ben")).count(UNCHANGED) == 1
    assert desk.load("director", linked, rows("Ben")).count(UPDATED) == 1
    with desk.env("director") as env:
        first: Any = env.search("crm_leads.opportunity", order="id")[0]
        (ben,) = env.linked(first, "contacts")
        assert env.get("crm_base.contact", ben).name == "Ben" and first.owner.name == "Owner"


def test_several_records_of_one_name_are_not_guessed_among(desk: Desk) -> None:
    with desk.env("director") as env:
        for _number in range(2):
            env.create("crm_base.customer", name="Twin", phone="1234567")
        env.commit()
    rule = 'customer = { column = "x", lookup = "crm_base.customer", by = "name" }'
    desk.load("director", opportunity("").replace("customer = { required = false }", rule), rows("Twin"))
    assert "There are several records “Twin” (Customers)." in str(desk.outcomes[0])


# -- states --------------------------------------------------------------------------------------------------------

STATE = 'state = { column = "x", choices = { Won = "won", Open = "open", Asleep = "suspended" } }'


def test_states_are_set_by_virtue_of_the_right_to_import(desk: Desk) -> None:
    assert [state.code for state in values(desk, STATE, "state", "Won", "Open", "Asleep")] == [
        "won",
        "open",
        "suspended",
    ]
    with desk.env("director") as env:
        found = {one.title: one.probability for one in env.search("crm_leads.opportunity")}
    assert found["Deal 1"] == 100


def test_what_was_open_may_be_won_later_and_what_is_closed_stays_closed(desk: Desk) -> None:
    desk.load("director", opportunity(STATE), rows("Open", "Won"))
    desk.load("director", opportunity(STATE), rows("Won", "Open"))
    assert [(out.row, out.action) for out in desk.outcomes] == [(2, UPDATED), (3, "error")]
    assert "no change is possible in the state “Won”" in str(desk.outcomes[1])
    states = [state.code for (state,) in desk.values("director", "crm_leads.opportunity", "state")]
    assert states == ["won", "won"]


def test_a_state_of_somebody_elses_record_is_not_set(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right to import is not enough: the record has to be within reach for changing."""
    desk.load("director", opportunity(STATE), rows("Open"))
    allowed = AccessPolicy.allowed

    def may_import(policy: AccessPolicy, info: Any, action: str) -> bool:
        return action == "import" or allowed(policy, info, action)

    monkeypatch.setattr(AccessPolicy, "allowed", may_import)
    desk.load("superior", opportunity(STATE), rows("Won"))
    assert [(out.action, str(out.problems[0])) for out in desk.outcomes] == [
        ("error", "You may see this record but not change it.")
    ]
    assert [state.code for (state,) in desk.values("director", "crm_leads.opportunity", "state")] == ["open"]
