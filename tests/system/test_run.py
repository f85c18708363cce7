"""The commands as people type them: first start, second start, two deployments, their ends, and clear refusals."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cli import COMMANDS
from core.lifecycle.plans.life_plan import KINDS
from tests.core.server.processes import has_ended, processes_about, state_folder, wait_until
from tests.system.served import Served, accounts_in, keyuan
from tests.system.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]
PASSWORD = "seven quiet otters at dawn"


@pytest.fixture(scope="module")
def first_start() -> Iterator[Served]:
    """`keyuan serve --demo` where nothing was, ended by Ctrl-C: its output, and the deployment that it left."""
    with state_folder("a demonstration") as state:
        served = Served(state, "--demo", "--port", "0", anew=True).wait_ready()
        assert signed_in(served).get("/").path == "/"
        assert len(processes_about(state)) > 1
        assert served.stop() == 0
        has_ended(state.parent)
        yield served
        assert served.faults() == []


@pytest.fixture(scope="module")
def demo(first_start: Served) -> Iterator[Served]:
    """The same deployment, served again, for all tests that follow."""
    served = Served(first_start.state, "--demo", "--port", "0").wait_ready()
    yield served
    assert served.stop() == 0
    assert served.faults() == []


def signed_in(served: Served, login: str | None = None) -> Visitor:
    visitor = Visitor(served.address or "")
    login = login or next(iter(served.accounts))
    assert visitor.sign_in(login, served.accounts[login]).path == "/"
    return visitor


@pytest.mark.parametrize(
    "command", [*COMMANDS, *(f"addon {word}" for word in ("list", "plan", "check", *KINDS))]
)
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    said = keyuan(tmp_path / "state", *command.split(), "--help")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(f"usage: keyuan {command}")
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["conquer"],
        ["serve", "--prot", "1"],
        ["serve", "--port", "high"],
        ["addon"],
        ["addon", "eat", "x"],
        [],
    ],
)
def test_a_mistake_in_the_call_is_told_and_ends_with_2(arguments: list[str], tmp_path: Path) -> None:
    said = keyuan(tmp_path / "state", *arguments)
    assert said.returncode == 2
    assert "usage: keyuan" in said.stderr + said.stdout
    assert "Traceback" not in said.stderr


def test_the_first_start_prints_address_and_accounts(first_start: Served) -> None:
    assert re.search(
        r"^Keyuan serves at http://127\.0\.0\.1:\d+  \(Ctrl-C ends it\)$", first_start.said, re.M
    )
    assert "Demonstration accounts (valid from this machine only):" in first_start.lines
    assert len(first_start.accounts) >= 6
    assert len(set(first_start.accounts.values())) == len(first_start.accounts)
    assert "Traceback" not in first_start.log.read_text()


def test_the_second_start_is_quick_and_has_the_same_data(first_start: Served, demo: Served) -> None:
    assert demo.seconds < max(12, first_start.seconds * 0.75)
    assert demo.accounts == first_start.accounts
    assert "Setting up" not in demo.said
    assert signed_in(demo).get("/r/crm_base.customer").page.select("tbody tr")


@pytest.mark.parametrize("seconds", [0, 4])
def test_a_first_start_that_was_interrupted_is_made_up_for(seconds: float) -> None:
    """While the tables are made, or the demonstration: nothing is left running, nothing stays half made."""
    with state_folder() as state:
        served = Served(state, "--demo", "--port", "0")
        wait_until(lambda: "Setting up the database …" in served.lines, "the beginning of the work", 60)
        time.sleep(seconds)
        served.stop()
        assert "Traceback" not in served.log.read_text()
        has_ended(state.parent)
        again = Served(state, "--demo", "--port", "0").wait_ready()
        listed = signed_in(again, seller_in(again)).get("/r/crm_base.customer")
        assert again.stop() == 0
        assert len(listed.page.select("tbody tr")) > 3
        assert again.faults() == []


def test_a_taken_port_is_named_with_the_option_that_changes_it(demo: Served) -> None:
    port = (demo.address or "").rpartition(":")[2]
    with state_folder() as state:
        said = keyuan(state, "serve", "--demo", "--port", port)
        assert said.returncode == 2
        assert f"Port {port} on 127.0.0.1 is taken" in said.stderr
        assert "--port" in said.stderr and "KEYUAN_PORT" in said.stderr
        assert "Traceback" not in said.stderr
        assert not (state / "postgres").exists()


def test_the_accounts_are_printed_again(demo: Served) -> None:
    while_serving = keyuan(demo.state, "demo")
    assert (while_serving.returncode, while_serving.stderr) == (0, "")
    assert accounts_in(while_serving.stdout) == demo.accounts


def test_the_doctor_finds_nothing_on_a_sound_deployment(demo: Served) -> None:
    said = keyuan(demo.state, "doctor")
    assert (said.returncode, said.stderr) == (0, ""), said.stdout
    assert said.stdout.endswith("Everything fits together.\n")


def test_the_doctor_tells_of_an_empty_folder() -> None:
    with state_folder() as state:
        said = keyuan(state, "doctor")
        assert said.returncode == 1
        assert "there is no deployment in this database yet" in said.stdout
        assert keyuan(state, "addon", "install", "crm_base").returncode == 1


def test_an_addon_leaves_a_company_and_comes_back(demo: Served) -> None:
    visitor = signed_in(demo, seller_in(demo))
    assert visitor.get("/r/crm_leads.lead").status == 200
    refused = keyuan(demo.state, "addon", "disable", "crm_base", "--all-companies", "--yes")
    assert refused.returncode == 1
    assert "Leads and opportunities" in refused.stderr
    assert visitor.get("/r/crm_base.customer").status == 200

    assert keyuan(demo.state, "addon", "disable", "crm_leads", "--all-companies", "--yes").returncode == 0
    try:
        for path in ("/r/crm_leads.lead", "/r/crm_leads.lead/1", "/r/crm_leads.opportunity?view=board"):
            assert visitor.get(path).status == 404, path
        customers = visitor.get("/r/crm_base.customer")
        assert customers.status == 200
        assert "crm_leads" not in customers.text
        record = visitor.get(str(customers.page.select_one("tbody a[href^='/r/crm_base.customer/']")["href"]))  # type: ignore[index]
        assert record.status == 200
        assert "crm_leads" not in record.text
        assert visitor.get("/").status == 200
    finally:
        enabled = keyuan(demo.state, "addon", "enable", "crm_leads", "--all-companies", "--yes")
    assert enabled.returncode == 0, enabled.stderr
    assert visitor.get("/r/crm_leads.lead").status == 200
    assert "/r/crm_leads.lead" in visitor.get("/").text
    listed = keyuan(demo.state, "addon", "list").stdout
    assert re.search(r"^crm_leads +\S+ +installed ", listed, re.M)


def test_an_unknown_addon_or_company_is_named(demo: Served) -> None:
    unknown = keyuan(demo.state, "addon", "enable", "crm_moon", "--all-companies")
    assert unknown.returncode == 1
    assert "crm_moon" in unknown.stderr
    nowhere = keyuan(demo.state, "addon", "enable", "crm_leads", "--company", "nowhere")
    assert nowhere.returncode == 1
    assert "--company" in nowhere.stderr


def seller_in(served: Served) -> str:
    """An account whose menu has the leads."""
    for login in served.accounts:
        if "/r/crm_leads.lead" in signed_in(served, login).get("/").text:
            return login
    raise AssertionError("nobody in the demonstration may see leads")


def test_a_hundred_megabytes_are_refused_at_once(demo: Served) -> None:
    """Over a real connection the server reads what comes and says no; nobody waits, nobody runs out of memory."""
    visitor, size, began = signed_in(demo), 100 << 20, time.monotonic()
    answer = visitor.upload("/r/crm_base.customer/new", size)
    assert answer.status == 413
    assert "64" in answer.text
    assert time.monotonic() - began < 30
    assert visitor.get("/r/crm_base.customer").status == 200


def test_init_prints_a_link_that_works_once_beside_another_deployment(demo: Served) -> None:
    with state_folder("second deployment") as state:
        made = keyuan(state, "init", "--language", "en", "--company", "Small & Sons", "--admin", "boss")
        assert (made.returncode, made.stderr) == (0, "")
        assert accounts_in(made.stdout) == {}
        link = re.search(r"https?://[^/\s]+(/set-password/\S+)", made.stdout)
        assert link is not None, made.stdout
        again = keyuan(state, "init")
        assert again.returncode == 1
        assert "exists already" in again.stderr
        assert keyuan(state, "demo").returncode == 1

        served = Served(state, "--port", "0").wait_ready()
        visitor = Visitor(served.address or "")
        assert visitor.get(link[1]).status == 200
        assert visitor.post(link[1], password=PASSWORD, again="another one").status == 422
        assert visitor.post(link[1], password="short", again="short").status == 422
        assert visitor.post(link[1], password=PASSWORD, again=PASSWORD).path == "/login"
        for again_used in (visitor.get(link[1]), Visitor(served.address or "").get(link[1])):
            assert again_used.status == 422
            assert "no longer valid" in again_used.text
        assert visitor.sign_in("boss", PASSWORD).path == "/"
        assert "Small &amp; Sons" in visitor.get("/").text

        login, password = next(iter(demo.accounts.items()))
        assert Visitor(served.address or "").sign_in(login, password).path == "/login"
        assert Visitor(demo.address or "").sign_in("boss", PASSWORD).path == "/login"
        assert served.stop() == 0
        assert signed_in(demo).get("/").status == 200
        assert served.faults() == []
