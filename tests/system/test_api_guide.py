"""The script of docs/how-to/api.md, run as it stands by curl against a server: what the page shows is what happens."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from waitress import create_server

from core.orm.compose import Composition
from core.testing.browser import application_of
from core.testing.database import ScratchDatabase
from core.testing.keys import let_everybody_have_keys, secret_of
from core.testing.people import NORTH
from core.testing.product import Product
from core.testing.world import World

SCRIPT = Path(__file__).parents[2] / "docs" / "how-to" / "examples" / "api.sh"
pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the script is for curl")


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_leads"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {"owner": ["crm_base.salesperson"]}


@pytest.fixture
def surroundings(
    own_database: ScratchDatabase, product: Product, composed: Composition, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """Where the server is, and a key of a salesperson."""
    with own_database.app.connect() as connection:
        staff = World(connection, composed).staff
    let_everybody_have_keys(own_database, composed, staff)
    secret = secret_of(own_database, staff.users["owner"], staff.companies[NORTH])
    config = replace(product.config, state_dir=tmp_path, language="en")
    server = create_server(application_of(config, composed, own_database), host="127.0.0.1", port=0)
    thread = Thread(target=server.run)
    thread.start()
    yield {"KEYUAN": f"http://127.0.0.1:{server.effective_port}", "KEY": secret}
    server.close()
    thread.join(10)


def test_the_script_does_what_the_page_says(surroundings: dict[str, str], tmp_path: Path) -> None:
    run = subprocess.run(
        ["sh", str(SCRIPT)],
        env={**os.environ, **surroundings},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    me, several, listed, read, changed, conflict, step, refused = answers
    assert me["user"]["name"] == "Owner" and "crm_leads.lead" in [one["model"] for one in me["models"]]
    assert len(several["items"]) == 2
    assert [one["title"] for one in listed["items"]] == ["Row two", "Row one"] and listed["count"][
        "value"
    ] == 3
    assert 'ETag: "1"' in run.stdout.replace("Etag", "ETag") and read["title"] == "Asks by the website"
    assert (changed["version"], changed["title"], changed["phone"]) == (2, "Asks again", "+65 9123 4567")
    assert conflict["status"] == 409 and conflict["conflicts"][0]["theirs"] == "Asks again"
    assert (step["id"], step["version"], step["state"]) == (read["id"], 3, "assigned")
    assert {one["field"] for one in refused["errors"]} == {"title", "state", "colour"}
    described = json.loads((tmp_path / "openapi.json").read_text("utf-8"))
    assert "/crm_leads.lead/{id}/take" in described["paths"]
