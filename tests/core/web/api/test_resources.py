"""The addresses of records as programs use them: statuses, headers, problems, and nothing that a page would refuse."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from toy_bills.models import Bill, Line
from toy_works.models import Work

from core.auth.models.api_key import READ
from core.orm.audit_tables import audit
from core.orm.guards import StaleRecord
from core.testing.statements import gathered
from core.web.api.steps import run_step
from tests.core.web.api.conftest import ROOT, Program, Programs

WORK = "toy_works.work"


def problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    assert (answer.status_int, answer.content_type) == (status, "application/problem+json"), answer.text
    found: dict[str, Any] = answer.json
    assert found["type"] == f"urn:keyuan:problem:{kind}" and found["status"] == status and found["detail"]
    return found


def made(program: Program, model: str = WORK, **values: Any) -> int:
    answer = program.post(model, {"title": "T", **values})
    assert answer.status_int == 201, answer.text
    return int(answer.json["id"])


class TestLife:
    def test_of_a_record(self, program: Program, programs: Programs) -> None:
        answer = program.post(WORK, {"title": "Bridge", "price": "12.50"})
        key = answer.json["id"]
        assert (answer.status_int, answer.json) == (201, {"id": key, "version": 1})
        assert answer.headers["ETag"] == '"1"' and answer.headers["Location"].endswith(f"{ROOT}/{WORK}/{key}")
        read = program.get(f"{WORK}/{key}?fields=title,price")
        assert read.headers["ETag"] == '"1"' and read.content_type == "application/json"
        assert read.json["price"] == {"amount": "12.5000", "currency": "CNY"}
        changed = program.patch(f"{WORK}/{key}?fields=title", 1, {"title": "Boat"})
        assert (changed.status_int, changed.json) == (200, {"id": key, "version": 2, "title": "Boat"})
        assert changed.headers["ETag"] == '"2"'
        run = program.post(f"{WORK}/{key}/start")
        assert run.json == {"id": key, "version": 3, "state": "running"} and run.headers["ETag"] == '"3"'
        gone = program.delete(f"{WORK}/{key}", 3)
        assert gone.status_int == 204 and gone.body == b""
        problem(program.get(f"{WORK}/{key}"), 404, "not-found")
        with programs.database.owner.connect() as connection:
            asked = select(audit.c.channel).where(audit.c.model == WORK, audit.c.record_id == key)
            (channel,) = set(connection.scalars(asked))
        assert channel.startswith("api:")

    def test_of_a_list(self, program: Program) -> None:
        answer = program.post(WORK, [{"title": f"Row {n}", "notes": "of a list"} for n in range(3)])
        assert answer.status_int == 201 and [one["version"] for one in answer.json["items"]] == [1, 1, 1]
        found = program.get(f"{WORK}?q=row&fields=title&limit=2&count=1").json
        assert found["count"]["value"] == 3 and len(found["items"]) == 2
        rest = program.get(found["next"]).json
        assert len(rest["items"]) == 1 and rest["next"] is None

    def test_head_and_options(self, program: Program) -> None:
        key = made(program)
        head = program.ask("HEAD", f"{WORK}/{key}")
        assert head.status_int == 200 and head.headers["ETag"] == '"1"' and head.body == b""
        assert program.ask("OPTIONS", WORK).headers["Allow"] == "GET, HEAD, OPTIONS, POST"
        problem(program.ask("PUT", f"{WORK}/{key}", {}), 405, "method-not-allowed")


class TestVersions:
    def test_a_change_has_to_say_what_it_has_seen(self, program: Program) -> None:
        key = made(program)
        problem(program.ask("PATCH", f"{WORK}/{key}", {"title": "x"}), 428, "version-needed")
        problem(program.ask("DELETE", f"{WORK}/{key}"), 428, "version-needed")
        for tag in ("1", "*", '"one"', '"1", "2"', '"0"', '"12345678901"'):
            problem(program.ask("PATCH", f"{WORK}/{key}", {"title": "x"}, If_Match=tag), 400, "bad-request")
        assert program.ask("PATCH", f"{WORK}/{key}", {"title": "x"}, If_Match='W/"1"').status_int == 200

    def test_the_same_field_tells_both_values_who_and_when(
        self, program: Program, programs: Programs
    ) -> None:
        key = made(program, notes="first")
        colleague = programs.of("colleague")
        assert colleague.patch(f"{WORK}/{key}", 1, {"notes": "theirs"}).status_int == 200
        assert program.patch(f"{WORK}/{key}", 1, {"title": "merged"}).json["notes"] == "theirs"
        told = problem(program.patch(f"{WORK}/{key}", 1, {"notes": "mine", "urgent": True}), 409, "conflict")
        (one,) = told["conflicts"]
        assert (one["field"], one["yours"], one["theirs"], one["who"]) == (
            "notes",
            "mine",
            "theirs",
            "Colleague",
        )
        assert program.get(f"{WORK}/{key}?fields=urgent").json["urgent"] is False, "nothing of it was written"

    def test_what_goes_is_what_was_seen(self, program: Program) -> None:
        key = made(program)
        program.patch(f"{WORK}/{key}", 1, {"title": "x"})
        problem(program.delete(f"{WORK}/{key}", 1), 412, "changed-meanwhile")
        problem(program.post(f"{WORK}/{key}/start", If_Match='"1"'), 412, "changed-meanwhile")
        assert program.post(f"{WORK}/{key}/start", If_Match='"2"').status_int == 200


class TestRefusals:
    def test_problems_stand_at_their_fields_and_rows(self, program: Program) -> None:
        told = problem(program.post(WORK, {"title": 5, "state": "shut", "zzz": 1}), 422, "refused-values")
        assert {one["field"] for one in told["errors"]} == {"title", "state", "zzz"}
        told = problem(program.post(WORK, [{"title": "a"}, {"title": 5}, {}]), 422, "refused-values")
        assert [one["row"] for one in told["rows"]] == [1] and told["rows"][0]["errors"][0][
            "field"
        ] == "title"
        assert program.get(f"{WORK}?f=title:eq:a").json["items"] == []

    @pytest.mark.parametrize("body", [
        b"{", b"", b'{"title": NaN}', b'{"title": "a", "title": "b"}', b"\xff{}", b'"text"', b"5", b"[" * 20 + b"]" * 20,
        b"[" * 100_000, b'{"pieces": 1e999999999}', b'{"pieces": ' + b"9" * 5000 + b"}",
    ])  # fmt: skip
    def test_a_body_that_is_read_in_two_ways_is_read_in_none(self, program: Program, body: bytes) -> None:
        answer = program.ask("POST", WORK, body, Content_Type="application/json")
        assert answer.status_int in (400, 422) and answer.content_type == "application/problem+json"

    def test_only_json(self, program: Program) -> None:
        for kind in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "",
        ):
            problem(program.ask("POST", WORK, b'{"title": "a"}', Content_Type=kind), 415, "unsupported-type")
        assert (
            program.ask(
                "POST", WORK, b'{"title": "a"}', Content_Type="application/json; charset=utf-8"
            ).status_int
            == 201
        )

    def test_large_bodies_are_not_read(self, program: Program) -> None:
        problem(program.ask("POST", WORK, b" " * (4 << 20) + b"{}"), 413, "too-large")

    @pytest.mark.parametrize(
        "address", [f"{WORK}?nonsense=1", f"{WORK}?f=pin:eq:1", f"{WORK}?limit=501", f"{WORK}/1?q=x"]
    )
    def test_addresses_say_nothing_that_is_not_understood(self, program: Program, address: str) -> None:
        problem(program.get(address), 400, "bad-request")

    def test_parameters_of_writes_are_refused_too(self, program: Program) -> None:
        key = made(program)
        problem(program.post(f"{WORK}?dry_run=1", {"title": "x"}), 400, "bad-request")
        problem(program.post(f"{WORK}/{key}/start?x=1"), 400, "bad-request")
        problem(program.ask("PATCH", f"{WORK}/{key}?x=1", {}, If_Match='"1"'), 400, "bad-request")

    def test_what_is_not_there_and_what_is_not_to_see_are_one(
        self, program: Program, programs: Programs
    ) -> None:
        with programs.env("other") as env:
            foreign = env.create(Work, title="F").id
        answers = [program.get(f"{WORK}/{key}") for key in (foreign, 10**15)]
        answers += [program.patch(f"{WORK}/{key}", 1, {"title": "x"}) for key in (foreign, 10**15)]
        answers += [program.delete(f"{WORK}/{key}", 1) for key in (foreign, 10**15)]
        answers += [program.post(f"{WORK}/{key}/start") for key in (foreign, 10**15)]
        assert {problem(one, 404, "not-found")["detail"] for one in answers} == {answers[0].json["detail"]}

    @pytest.mark.parametrize(
        "model", ["toy_works.nonsense", "nonsense", "core.audit", "pg_catalog.pg_user", "base.x y", "..."]
    )
    def test_nothing_but_models_is_a_resource(self, program: Program, model: str) -> None:
        problem(program.get(model), 404, "not-found")

    def test_what_a_person_may_not_open_a_program_may_not(self, program: Program, programs: Programs) -> None:
        problem(program.get("toy_works.vault"), 403, "no-access")
        stranger = programs.of("stranger")
        problem(stranger.get(WORK), 403, "no-access")
        problem(stranger.post(WORK, {"title": "x"}), 403, "no-access")
        problem(programs.of("superior").post(WORK, {"title": "x"}), 403, "no-access")

    def test_a_key_for_reading_changes_nothing(self, program: Program, programs: Programs) -> None:
        key, reading = made(program), programs.of("owner", READ)
        assert reading.get(f"{WORK}/{key}").status_int == 200
        for answer in (reading.post(WORK, {"title": "x"}), reading.patch(f"{WORK}/{key}", 1, {"title": "x"}),
                       reading.delete(f"{WORK}/{key}", 1), reading.post(f"{WORK}/{key}/start")):  # fmt: skip
            problem(answer, 403, "no-access")

    def test_a_key_for_other_types_opens_none_of_this(self, programs: Programs) -> None:
        problem(programs.of("owner", READ, "toy_bills.bill").get(WORK), 403, "no-access")

    def test_a_cookie_and_no_key_is_nobody(self, program: Program) -> None:
        problem(Program(program.app, "").ask("GET", WORK, Cookie="keyuan=x"), 401, "key-needed")


class TestOnce:
    def test_asked_twice_done_once_with_one_answer(self, program: Program) -> None:
        first = program.post(WORK, {"title": "Once"}, Idempotency_Key="order-4711-a")
        again = program.post(WORK, {"title": "Once"}, Idempotency_Key="order-4711-a")
        assert (again.status_int, again.body) == (first.status_int, first.body)
        assert (
            again.headers["Location"] == first.headers["Location"]
            and again.headers["ETag"] == first.headers["ETag"]
        )
        assert "Idempotency-Replayed" not in first.headers and again.headers["Idempotency-Replayed"] == "true"
        assert len(program.get(f"{WORK}?f=title:eq:Once").json["items"]) == 1

    def test_another_body_or_address_under_the_same_key_is_refused(self, program: Program) -> None:
        key = made(program)
        program.post(WORK, {"title": "Once"}, Idempotency_Key="order-4711-b")
        problem(program.post(WORK, {"title": "Twice"}, Idempotency_Key="order-4711-b"), 422, "not-possible")
        problem(program.post(f"{WORK}/{key}/start", Idempotency_Key="order-4711-b"), 422, "not-possible")
        problem(program.post(WORK, {"title": "x"}, Idempotency_Key="short"), 400, "bad-request")

    def test_a_refusal_leaves_the_key_free(self, program: Program) -> None:
        problem(program.post(WORK, {"title": 5}, Idempotency_Key="order-4711-c"), 422, "refused-values")
        assert program.post(WORK, {"title": "Five"}, Idempotency_Key="order-4711-c").status_int == 201

    def test_a_step_is_taken_once(self, program: Program) -> None:
        key = made(program)
        first = program.post(f"{WORK}/{key}/copy_it", Idempotency_Key="copy-4711-d")
        again = program.post(f"{WORK}/{key}/copy_it", Idempotency_Key="copy-4711-d")
        assert first.json == again.json and first.json["result"]["model"] == WORK
        assert len(program.get(f"{WORK}?f=title:eq:T again").json["items"]) == 1

    def test_two_users_have_keys_of_their_own(self, program: Program, programs: Programs) -> None:
        first = program.post(WORK, {"title": "Mine"}, Idempotency_Key="order-4711-e")
        other = programs.of("colleague").post(WORK, {"title": "Mine"}, Idempotency_Key="order-4711-e")
        assert first.json["id"] != other.json["id"]

    def test_at_the_same_moment_one_does_it(self, program: Program) -> None:
        with ThreadPoolExecutor(4) as pool:
            asked = [
                pool.submit(program.post, WORK, {"title": "Race"}, Idempotency_Key="order-4711-f")
                for _n in range(4)
            ]
            answers = [one.result() for one in asked]
        assert {one.status_int for one in answers} == {201} and len({one.body for one in answers}) == 1
        assert len(program.get(f"{WORK}?f=title:eq:Race").json["items"]) == 1


class TestAround:
    def test_the_front_door_names_the_models(self, program: Program, programs: Programs) -> None:
        told = program.get(f"{ROOT}/").json
        keys = [one["model"] for one in told["models"]]
        assert WORK in keys and "toy_works.vault" not in keys
        assert next(one for one in told["models"] if one["model"] == WORK)["href"] == f"{ROOT}/{WORK}"
        assert "toy_works.vault" in [one["model"] for one in programs.of("superior").get(ROOT).json["models"]]

    def test_the_description_is_the_callers(self, program: Program, programs: Programs) -> None:
        paths = program.get("openapi.json").json["paths"]
        assert "post" in paths[f"/{WORK}"] and f"/{WORK}/{{id}}/start" in paths
        reading = programs.of("owner", READ).get("openapi.json").json["paths"]
        assert "post" not in reading[f"/{WORK}"] and f"/{WORK}/{{id}}/start" not in reading

    def test_lines_of_another_company_roll_everything_back(
        self, program: Program, programs: Programs
    ) -> None:
        with programs.env("other") as env:
            theirs = env.create(Bill, title="F", lines=[{"text": "theirs"}])
            (line,) = (one.id for one in env.search(Line, Line.bill == theirs.id))
        key = made(program, "toy_bills.bill", lines=[{"text": "mine"}])
        body = {"title": "changed", "lines": [{"text": "new"}, {"id": line, "version": 1, "text": "stolen"}]}
        told = problem(program.patch(f"toy_bills.bill/{key}", 2, body), 422, "refused-values")
        assert told["errors"][0]["field"] == "lines.1.id"
        read = program.get(f"toy_bills.bill/{key}").json
        assert read["title"] == "T" and [one["text"] for one in read["lines"]] == ["mine"]

    def test_a_list_takes_the_statements_of_its_page(self, program: Program, programs: Programs) -> None:
        program.get(WORK)
        program.get(WORK)
        with gathered(programs.database.app) as seen:
            assert program.get(WORK).status_int == 200
        assert len(seen) == 2, "who is calling, and the page"


def test_a_lost_race_is_tried_again(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else writes the row between our reading and our writing: nobody is told of it."""
    key, times = made(program), list[int]()

    def overtaken(*arguments: Any) -> Any:
        times.append(1)
        if len(times) == 1:
            raise StaleRecord()
        return run_step(*arguments)

    monkeypatch.setattr("core.web.api.resources.run_step", overtaken)
    assert program.post(f"{WORK}/{key}/start").json["state"] == "running" and len(times) == 2
