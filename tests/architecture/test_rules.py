"""Each house rule refuses a deliberate mistake and lets the right spelling pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.budgets import warnings
from tools.rules import breaches

MANIFEST = 'from core.api import Manifest\nmanifest = Manifest(name="shop", depends=["crm_base"])\n'


def check(root: Path, files: dict[str, str]) -> list[str]:
    for place, text in files.items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(breaches(root))


@pytest.mark.parametrize(
    ("place", "text", "message"),
    [
        ("core/orm/env.py", "import pyramid.config", "pyramid may be imported only in core/web"),
        ("core/views/form.py", "from webob import Request", "webob may be imported only in core/web"),
        ("core/auth/access.py", "from wtforms import Form", "wtforms may be imported only in core/web"),
        ("addons/shop/hooks.py", "import chameleon", "chameleon may be imported only in core/web"),
        (
            "core/web/app.py",
            "import psycopg2",
            "psycopg2 may be imported only in core/orm and core/lifecycle",
        ),
        ("core/orm/hooks.py", "def f():\n    import pluggy", "pluggy may be imported only in core/modules"),
        ("core/views/form.py", "from sqlalchemy import text", "sqlalchemy.text is refused"),
        ("core/web/app.py", "import sqlalchemy as sa\nsa.text('x')", "sqlalchemy.text is refused"),
        (
            "core/auth/access.py",
            "from sqlalchemy import create_engine",
            "sqlalchemy.create_engine is refused",
        ),
        ("addons/shop/models.py", "Lead.__table__.c.id", "__table__ is refused"),
        ("addons/shop/models.py", "getattr(Lead, '__table__')", "__table__ is refused"),
        ("core/exchange/rows.py", "session.connection().execute(x)", ".connection() is refused"),
        ("core/web/app.py", "import os\nos.environ['HOME']", "os.environ may be used only in core/config.py"),
        ("core/server/parent.py", "from os import getenv", "os.getenv may be used only in core/config.py"),
        ("core/web/utils.py", "", "name the file by what it is about"),
        ("addons/shop/common/prices.py", "", "name the file by what it is about"),
        ("addons/shop/models.py", "from core.orm.env import Env", "imports core.api only, not core.orm.env"),
        ("addons/shop/models.py", "import core.web", "imports core.api only, not core.web"),
        ("addons/shop/models.py", "from core import orm", "imports core.api only, not core"),
        ("addons/shop/services/sell.py", "from core.testing import x", "imports core.api only"),
        (
            "addons/shop/migrations/1.1.0.py",
            "from core.api import x",
            "a migration imports core.lifecycle.picture",
        ),
        (
            "addons/shop/migrations/1.1.0.py",
            "from ..models import order",
            "a migration imports no addon's code",
        ),
        (
            "addons/shop/models.py",
            "from addons.crm_leads.models import Lead",
            "crm_leads is not among the dep",
        ),
        ("addons/shop/models.py", "from addons import crm_leads", "crm_leads is not among the dependencies"),
        (
            "addons/shop/models/lead.py",
            "from ...crm_leads.models import Lead",
            "crm_leads is not among the dep",
        ),
        (
            "addons/shop/models.py",
            "from addons.crm_base.pages import x",
            "of crm_base only hookspecs, models",
        ),
        ("addons/shop/models.py", "import addons.crm_base", "of crm_base only hookspecs, models"),
        (
            "core/base/views.py",
            "from core.orm.env import Env",
            "core.base imports core.api and core.lifecycle",
        ),
        ("core/orm/env.py", "def broken(:", "cannot be parsed"),
    ],
)
def test_a_deliberate_mistake_is_named_with_file_and_line(
    tmp_path: Path, place: str, text: str, message: str
) -> None:
    found = check(tmp_path, {"addons/shop/manifest.py": MANIFEST, place: text})
    assert len(found) == 1
    assert found[0].startswith(f"{place}:{text.count(chr(10)) + 1}: ")
    assert message in found[0]


RIGHT = {
    "addons/shop/manifest.py": MANIFEST,
    "addons/shop/models/customer.py": "from core.api import x\nfrom addons.crm_base.models import Customer",
    "addons/shop/models/order.py": "from .customer import Own\nfrom addons.crm_base import models",
    "addons/shop/migrations/1.1.0.py": "from core.lifecycle.picture import picture",
    "addons/shop/services/sell.py": "from core import api\nfrom addons.shop.models import order",
    "addons/shop/tests/test_contract.py": "import os\nfrom core.testing import Kit\nos.environ",
    "core/base/views.py": "from core.api import x\nfrom core.lifecycle import y\nfrom core.base import z",
    "core/config.py": "import os\nos.environ",
    "core/lifecycle/install.py": "import psycopg2\nfrom sqlalchemy import text\ntext('x')",
    "core/modules/hooks.py": "import pluggy",
    "core/web/app.py": "import pyramid\nself.text('x')",
}


def test_the_right_spelling_passes(tmp_path: Path) -> None:
    assert check(tmp_path, RIGHT) == []


def test_long_files_and_functions_are_warned_of(tmp_path: Path) -> None:
    body = "def long():\n" + "    x = 1\n" * 45 + "x = 1\n" * 300
    check(tmp_path, {"core/orm/env.py": body})
    found = list(warnings(tmp_path))
    assert "core/orm/env.py: 346 lines" in found[0]
    assert "core/orm/env.py:1: long has 46 lines" in found[1]
