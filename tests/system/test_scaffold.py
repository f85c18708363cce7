"""The third-party addon: it starts green in its own folder, and one process shows it in one company only."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from core.errors import BadRequest, NotFound
from core.i18n import LazyString
from core.lifecycle.activation import disable
from core.orm.compose import Composition
from core.testing.browser import application_of, browser_of
from core.testing.database import DatabaseServer, ScratchDatabase
from core.testing.people import NORTH, SOUTH
from core.testing.product import Product
from core.testing.traces import picture, traces
from core.testing.world import World
from core.views.navigation import menu_tree

ROOT = Path(__file__).resolve().parents[2]
ADDON = "acme_loyalty"
CUSTOMER = {"name": "Lin", "phone": "13800000001"}


def keyuan(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments], cwd=cwd, env=environment, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_a_new_addon_passes_its_own_tests_in_its_own_folder(tmp_path: Path) -> None:
    made = keyuan("scaffold", "my_addon", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "my_addon"
    texts = {path: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}
    assert not [path for path, text in texts.items() if "acme" in text.lower() or "acme" in path.name]
    project = tomllib.loads(texts[folder / "pyproject.toml"])
    assert project["project"]["entry-points"]["keyuan.addons"] == {"my_addon": "my_addon"}
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout[-4000:] + tested.stderr[-2000:]
    assert " passed" in tested.stdout
    assert "skipped" not in tested.stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("My-Addon", "small letters"),
        ("core", "reserved"),
        ("json", "Python package"),
        ("crm_base", "Python package"),
    ],
)
def test_names_that_cannot_work_are_refused(tmp_path: Path, name: str, message: str) -> None:
    refused = keyuan("scaffold", name, cwd=tmp_path)
    assert refused.returncode == 1
    assert message in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "my_addon").mkdir()
    refused = keyuan("scaffold", "my_addon", cwd=tmp_path)
    assert refused.returncode == 1
    assert "exists already" in refused.stderr
    assert list((tmp_path / "my_addon").iterdir()) == []


@pytest.fixture(scope="session")
def product() -> Product:
    return Product([ADDON], [ROOT / "template"])


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    roles = ["crm_base.salesperson", "crm_base.general_manager"]
    return dict.fromkeys(("owner", "colleague", "other"), roles)


@pytest.fixture(scope="module")
def database(
    server: DatabaseServer, composed: Composition, product_template: str
) -> Iterator[ScratchDatabase]:
    """The addon is on in North and off in South."""
    made = server.create(product_template)
    with made.app.begin() as connection:
        disable(connection, World(connection, composed).company(SOUTH), ADDON)
    yield made
    server.drop(made)


def test_the_field_exists_in_one_company_only(world: World) -> None:
    with world.acting("owner") as env:
        customer = env.create("crm_base.customer", **CUSTOMER, loyalty_tier="Gold")
        assert env.page("crm_base.customer", ["loyalty_tier"]).rows[0][-1] == "Gold"
        assert env.complete("crm_base.customer", "gold") == [(customer.id, "Lin")]
    with world.acting("other") as env:
        with pytest.raises(BadRequest, match="no field loyalty_tier"):
            env.create("crm_base.customer", **CUSTOMER, loyalty_tier="Gold")
        with pytest.raises(BadRequest, match="no field loyalty_tier"):
            env.page("crm_base.customer", ["loyalty_tier"])
        with pytest.raises(NotFound):
            env.search("acme_loyalty.reward")


def test_the_form_and_the_menu_show_it_in_one_company_only(world: World) -> None:
    shown = {person: picture(world.env(person)) for person in ("owner", "other")}
    form = {person: view["crm_base.customer"]["form"] for person, view in shown.items()}
    assert form["owner"].index("loyalty_tier") == form["owner"].index("email") + 1
    assert [name for name in form["owner"] if name != "loyalty_tier"] == form["other"]
    menus = {person: set(view["menus"]) for person, view in shown.items()}
    assert menus["owner"] - menus["other"] == {"acme_loyalty.rewards"}
    titles = {entry.key: str(entry.label) for node in menu_tree(world.owner) for entry in node.children}
    assert titles["acme_loyalty.rewards"] == "Rewards"


def test_the_override_and_the_hook_run_in_one_company_only(world: World) -> None:
    heard = {}
    for person, colleague in (("owner", "colleague"), ("other", "other")):
        with world.acting(person) as env:
            first = env.create("crm_base.customer", **CUSTOMER)
            friend = env.create("crm_base.customer", name="Friend", phone="13800000002", referrer=first)
            friend.transfer(to=env.get("base.user", world.staff.users[colleague]))
        with world.system(NORTH if person == "owner" else SOUTH) as env:
            texts = [str(LazyString.from_json(one.text)) for one in env.search("base.notice")]
            heard[person] = (env.get("crm_base.customer", friend.id).loyalty_tier, texts)
    tier, texts = heard["owner"]
    assert tier == "Bronze"
    assert sorted(texts) == ["The customer “Friend” is yours now.", "“Friend” has the loyalty tier Bronze."]
    assert heard["other"] == (None, ["The customer “Friend” is yours now."])


def test_nothing_else_of_it_can_be_noticed(world: World) -> None:
    assert traces(world.owner, ADDON)
    assert traces(world.other, ADDON) == []


def test_its_addresses_answer_in_one_company_only(
    product: Product, composed: Composition, database: ScratchDatabase
) -> None:
    application = application_of(product.config, composed, database)
    with database.app.connect() as connection:
        staff = World(connection, composed).staff
    owner = browser_of(application, database, staff.users["owner"], staff.companies[NORTH])
    other = browser_of(application, database, staff.users["other"], staff.companies[SOUTH])
    assert "Rewards" in owner.get("/r/acme_loyalty.reward").text
    assert "Loyalty tier" in owner.get("/r/crm_base.customer/new").text
    assert other.get("/r/acme_loyalty.reward", status="*").status_int == 404
    assert "Loyalty tier" not in other.get("/r/crm_base.customer/new").text
