"""The parts of the contract notice what they are there for."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.lifecycle.front_door import addon_breaches
from core.testing.database import ScratchDatabase
from core.testing.messages import main
from core.testing.people import NORTH
from core.testing.rows import additions, losses, rows_of
from core.testing.traces import picture, traces
from core.testing.world import World

PACKAGES = {"shop": "acme.shop", "crm_base": "addons.crm_base", "crm_leads": "addons.crm_leads"}


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ("models/a.py", "from core.orm.env import Env", "imports core.api only"),
        (
            "models/a.py",
            "from addons.crm_leads.models import Lead",
            "crm_leads is not among the dependencies",
        ),
        ("hooks.py", "from addons.crm_base.menus import menus", "of crm_base only"),
        ("hooks.py", "import pluggy", "pluggy is for the kernel alone"),
        ("hooks.py", "import requests", "requests is refused: call_outside"),
        ("hooks.py", "from urllib.request import urlopen", "urllib.request is refused: call_outside"),
        ("hooks.py", "from http import client", "http.client is refused: call_outside"),
        ("hooks.py", "from sqlalchemy import text", "sqlalchemy.text is refused in addons"),
        ("hooks.py", "x = Lead.__table__", "__table__ is refused"),
        ("hooks.py", "session.connection()", ".connection() is refused"),
        (
            "migrations/1.1.0.py",
            "from core.api import Lead",
            "a migration imports core.lifecycle.picture only",
        ),
        ("migrations/1.1.0.py", "from acme.shop.models import A", "a migration imports no addon's code"),
        ("migrations/1.1.0.py", "from ..models import A", "a migration imports no addon's code"),
        ("migrations/1.1.0.py", "import alembic", "alembic is for the kernel alone"),
    ],
)
def test_what_an_addon_may_not_touch_is_named(tmp_path: Path, place: str, text: str, said: str) -> None:
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(text)
    ((file, line, message),) = addon_breaches(tmp_path, "acme.shop", "shop", ["crm_base"], PACKAGES)
    assert (file, line) == (place, 1)
    assert said in message


def test_its_own_modules_its_dependencies_and_tests_are_free(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "1.1.0.py").write_text(
        "from sqlalchemy import func, text\nfrom core.lifecycle.picture import picture\nimport datetime\n"
    )
    (tmp_path / "a.py").write_text("from core.api import _\nfrom acme.shop.b import c\nfrom .b import c\n"
                                   "from addons.crm_base.models import Customer\nimport datetime\n"
                                   "from http import HTTPStatus\nfrom urllib.parse import quote\n")  # fmt: skip
    (tmp_path / "tests" / "test_a.py").write_text(
        "from core.testing.world import World\nfrom sqlalchemy import text\n"
    )
    assert list(addon_breaches(tmp_path, "acme.shop", "shop", ["crm_base"], PACKAGES)) == []


def test_rows_that_changed_came_or_went_are_named(own_database: ScratchDatabase) -> None:
    before = rows_of(own_database, ["base", "toy_wares"])
    assert list(losses(before, before)) == [] == list(additions(before, before))
    with own_database.owner.begin() as connection:
        connection.exec_driver_sql("update base.company set name = 'East' where code = 'North'")
        connection.exec_driver_sql("delete from toy_wares.article")
        connection.exec_driver_sql("insert into base.user (name, login) values ('Zoe', 'zoe')")
    after = rows_of(own_database, ["base", "toy_wares"])
    lost = list(losses(before, after))
    assert any("name was 'North', is 'East'" in text for text in lost)
    assert any(text.startswith("toy_wares.article: the row") for text in lost)
    assert any("user" in text and "1 new rows" in text for text in additions(before, after))
    assert not [text for text in losses(before, after, but=["base.company"]) if "base.company " in text]


def test_an_addon_that_is_on_leaves_traces_and_one_that_is_off_none(world: World) -> None:
    owner = world.owner
    found = traces(owner, "toy_wares")
    assert "search of toy_wares.article" in found and "a right on toy_wares.article" in found
    assert any("toy_points" not in text for text in traces(owner, "toy_points"))
    owner.addons = owner.addons - {"toy_points"}
    assert "toy_wares.article" in picture(owner)
    with world.system(NORTH) as env:
        env.addons = frozenset({"base"})
        env.policy._addons = env.addons  # type: ignore[attr-defined]
        assert traces(env, "toy_wares") == []


def test_catalogues_are_brought_up_to_the_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    addon = tmp_path / "shop"
    addon.mkdir()
    assert main([str(addon)]) == 2
    assert "no manifest.py" in capsys.readouterr().err
    (addon / "manifest.py").write_text('from core.api import _\ntitle = _("Shop")\n')
    assert main([str(addon)]) == 0
    assert 'msgid "Shop"\nmsgstr ""' in (addon / "locale/zh_CN/LC_MESSAGES/shop.po").read_text()
    assert main([str(addon)]) == 0
    assert "nothing to do" in capsys.readouterr().out
