"""`keyuan addon` on a deployment of its own: each word shows its plan, asks, does it, and tells programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.lifecycle.activation import enable
from core.lifecycle.plans.life_plan import LifePlan, words_from_json
from core.testing.database import ScratchDatabase
from tests.core.lifecycle.toys import FOLDER, company, initialised

Keyuan = Callable[..., tuple[int, str, str]]


@pytest.fixture
def keyuan(
    empty_database: ScratchDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Keyuan:
    """Runs the command on the test's own database; gives exit code, output and error output."""
    monkeypatch.setenv("KEYUAN_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("KEYUAN_ADDONS_PATH", str(FOLDER))
    monkeypatch.setenv("KEYUAN_DATABASE_URL", empty_database.urls.app_url)
    monkeypatch.setenv("KEYUAN_OWNER_URL", empty_database.urls.owner_url)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["addon", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def one_object(text: str) -> dict[str, Any]:
    (line,) = text.splitlines()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def test_an_addon_is_planned_installed_and_listed(empty_database: ScratchDatabase, keyuan: Keyuan) -> None:
    initialised(empty_database, "toy_stamps")
    company(empty_database, "A")
    code, said, _errors = keyuan("plan", "install", "toy_points")
    assert code == 0 and "toy_points__points" in said
    code, said, errors = keyuan("install", "toy_points")
    assert code == 1 and "--yes" in errors, "nobody is there to be asked"
    code, said, _errors = keyuan("plan", "install", "toy_points", "--json")
    plan = LifePlan.from_json(one_object(said))
    code, said, _errors = keyuan("install", "toy_points", "--plan-digest", "0" * 32, "--json")
    assert code == 1 and LifePlan.from_json(one_object(said)) == plan, (
        "another plan than the confirmed one is shown"
    )
    code, said, errors = keyuan(
        "install", "toy_points", "--plan-digest", plan.digest, "--by", "Li Lei", "--json"
    )
    outcome = one_object(said)
    assert (code, outcome["addons"]) == (0, ["toy_points", "toy_stamp_points"]), errors
    with empty_database.owner.connect() as connection:
        last = connection.exec_driver_sql(
            'select "by", addons from core.journal order by id desc limit 1'
        ).one()
    assert last[0] == "Li Lei" and "toy_points" in last[1]
    _code, said, _errors = keyuan("list", "--json")
    listed = {one["name"]: one for one in one_object(said)["addons"]}
    assert listed["toy_points"]["state"] == "installed" and listed["crm_leads"]["state"] == "available"
    assert {"toy_points", "toy_stamps"} <= set(listed["toy_wares"]["needed_by"])
    assert listed["toy_stamp_points"]["is_bridge"] is True


def test_an_upgrade_is_tried_on_a_copy_and_changes_nothing(
    empty_database: ScratchDatabase, keyuan: Keyuan
) -> None:
    initialised(empty_database, "toy_wares")
    with empty_database.owner.begin() as connection:
        connection.exec_driver_sql("update core.addon set version = '0.9.0' where name = 'toy_wares'")
    code, said, errors = keyuan("upgrade", "--dry-run", "--yes", "--json")
    tried = one_object(said)
    assert (code, tried["succeeded"], tried["error"]) == (0, True, None), errors
    assert tried["total"] > 20 and tried["upgrading"] > 0
    with empty_database.owner.connect() as connection:
        version = connection.exec_driver_sql("select version from core.addon where name = 'toy_wares'")
        assert version.scalar_one() == "0.9.0"


def test_a_company_switches_on_what_is_needed_only_when_told(
    empty_database: ScratchDatabase, keyuan: Keyuan
) -> None:
    initialised(empty_database, "toy_points")
    company(empty_database, "A")
    company(empty_database, "B")
    code, said, errors = keyuan("enable", "toy_points", "--all-companies", "--yes")
    assert code == 1 and "toy_wares" in errors
    code, said, errors = keyuan("enable", "toy_points", "--all-companies", "--yes", "--with-dependencies")
    assert code == 0 and said.count("Done.") == 2, errors
    code, said, errors = keyuan("disable", "toy_wares", "--company", "A", "--yes")
    assert code == 1 and "needed by Points" in errors
    assert keyuan("disable", "toy_points", "--company", "A", "--yes")[0] == 0
    _code, said, _errors = keyuan("list")
    (line,) = [one for one in said.splitlines() if one.startswith("toy_points")]
    assert " B " in line and " A" not in line


def test_a_person_is_asked_and_sees_a_plan_that_has_changed_meanwhile(
    empty_database: ScratchDatabase, keyuan: Keyuan, monkeypatch: pytest.MonkeyPatch
) -> None:
    initialised(empty_database, "toy_wares")
    company(empty_database, "A")
    answers = iter(["n", "y", "y"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked: list[int] = []

    def answer(question: str) -> str:
        asked.append(1)
        if len(asked) == 2:
            with empty_database.owner.begin() as connection:
                connection.exec_driver_sql("update core.addon set state = 'removed' where name = 'toy_wares'")
        return next(answers)

    monkeypatch.setattr("builtins.input", answer)
    assert keyuan("enable", "toy_wares")[0] == 1
    code, said, errors = keyuan("enable", "toy_wares")
    assert code == 1 and "changed meanwhile" in said and "not installed" in said, errors


def test_what_cannot_be_done_is_said_to_people_and_programs(
    empty_database: ScratchDatabase, keyuan: Keyuan
) -> None:
    initialised(empty_database, "toy_wares")
    company(empty_database, "A")
    code, _said, errors = keyuan("install", "toy_nowhere", "--yes")
    assert code == 1 and "toy_nowhere" in errors
    code, said, _errors = keyuan("install", "toy_nowhere", "--yes", "--json")
    assert code == 1 and LifePlan.from_json(one_object(said)).refusals
    code, said, _errors = keyuan("disable", "toy_wares", "--company", "Z", "--yes", "--json")
    assert code == 1 and one_object(said)["error"]["args"] == {"choices": "A"}


def test_an_addon_is_removed_listed_and_restored(empty_database: ScratchDatabase, keyuan: Keyuan) -> None:
    initialised(empty_database, "toy_points", "toy_stamps")
    own = company(empty_database, "A")
    with empty_database.app.begin() as connection:
        enable(connection, own, "toy_points", with_dependencies=True)
    code, said, errors = keyuan("remove", "toy_wares", "--yes")
    assert code == 1 and "Stamps" in errors
    code, said, errors = keyuan("remove", "toy_points", "--yes", "--json")
    outcome = one_object(said)
    assert code == 0 and outcome["addons"] == ["toy_stamp_points", "toy_points"] and outcome["is_aside"], (
        errors
    )
    _code, said, _errors = keyuan("list", "--json")
    listed = {one["name"]: one for one in one_object(said)["addons"]}
    assert [listed[name]["state"] for name in ("toy_points", "toy_stamp_points")] == ["removed", "removed"]
    assert listed["toy_points"]["since"] and listed["toy_points"]["companies"] == ["A"]
    code, said, errors = keyuan("install", "toy_points", "--yes")
    assert code == 1 and "Restore it" in errors
    code, said, errors = keyuan("restore", "toy_points", "--yes", "--json")
    assert code == 0 and set(one_object(said)["addons"]) == {"toy_points", "toy_stamp_points"}, errors


def test_a_bridge_that_was_removed_alone_does_not_come_back_by_itself(
    empty_database: ScratchDatabase, keyuan: Keyuan
) -> None:
    initialised(empty_database, "toy_points", "toy_stamps")
    company(empty_database, "A")
    assert keyuan("remove", "toy_stamp_points", "--yes")[0] == 0
    assert keyuan("upgrade", "--yes")[0] == 1, "there is nothing to do, and no bridge that would come back"
    _code, said, _errors = keyuan("list", "--json")
    listed = {one["name"]: one["state"] for one in one_object(said)["addons"]}
    assert (listed["toy_stamp_points"], listed["toy_points"]) == ("removed", "installed")
    assert keyuan("restore", "toy_stamp_points", "--yes")[0] == 0


def test_an_addon_is_purged_with_its_name_in_writing_and_read_back_from_its_archive(
    empty_database: ScratchDatabase, keyuan: Keyuan
) -> None:
    initialised(empty_database, "toy_wares")
    own = company(empty_database, "A")
    with empty_database.app.begin() as connection:
        enable(connection, own, "toy_wares")
    assert "Only what was removed" in keyuan("purge", "toy_wares", "--yes", "--name", "toy_wares")[2]
    assert keyuan("remove", "toy_wares", "--yes")[0] == 0
    code, _said, errors = keyuan("purge", "toy_wares", "--yes")
    assert code == 1 and "type its name" in errors
    code, said, errors = keyuan("purge", "toy_wares", "--yes", "--name", "toy_wares", "--json")
    outcome = one_object(said)
    assert code == 0 and outcome["rows"] == 1, errors
    _code, said, _errors = keyuan("list", "--json")
    (listed,) = [one for one in one_object(said)["addons"] if one["name"] == "toy_wares"]
    assert (listed["state"], listed["since"]) == ("available", None)
    code, said, errors = keyuan("restore", "--from", outcome["archive"], "--yes")
    assert code == 0, errors
    with empty_database.owner.connect() as connection:
        assert connection.exec_driver_sql("select name from toy_wares.article").scalars().all() == ["Bag"]


def test_an_upgrade_is_tried_on_a_copy(empty_database: ScratchDatabase, keyuan: Keyuan) -> None:
    initialised(empty_database, "toy_wares")
    company(empty_database, "A")
    with empty_database.owner.begin() as connection:
        connection.exec_driver_sql("alter table toy_wares.article drop column price")
        connection.exec_driver_sql("update core.generation set schema_hash = 'older'")
    code, said, errors = keyuan("upgrade", "--dry-run")
    assert (
        code == 0
        and "Add the column price" in said
        and "It is gone again." in said
        and "would succeed" in said
    ), errors
    code, said, errors = keyuan("upgrade", "--yes", "--json")
    assert code == 0 and any("column" in str(one) for one in one_object(said)["done"]), errors


def test_a_company_is_emptied_into_the_bin(empty_database: ScratchDatabase, keyuan: Keyuan) -> None:
    initialised(empty_database, "toy_wares")
    own = company(empty_database, "A")
    with empty_database.app.begin() as connection:
        enable(connection, own, "toy_wares")
    code, said, errors = keyuan("empty", "toy_wares", "--yes", "--json")
    assert code == 0 and one_object(said)["counts"] == {"toy_wares.article": 1}, errors
    (told,) = one_object(said)["done"]
    assert str(words_from_json(told)) == "“Articles”: into the bin (1 row)", "as the plan says it"
    with empty_database.owner.connect() as connection:
        assert connection.exec_driver_sql(
            "select deleted_at is not null from toy_wares.article"
        ).scalars().all() == [True]
    assert "no records" in keyuan("empty", "toy_wares", "--yes")[2]
