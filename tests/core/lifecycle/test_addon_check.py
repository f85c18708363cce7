"""An addon's folder is checked without a database: each mistake with its file and line."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from core.cli.addon_check import check, faults_in
from core.config import Config
from core.errors import UserError
from tests.core.modules.bench import Addons

MANIFEST = '''"""An addon."""

from core.api import Manifest, _

manifest = Manifest(name="{name}", title={title}, version="1.0.0"{more})
'''
MODEL = '''"""A thing."""

from core.api import CompanyOwned, Mapped, _, field
{imports}

class Thing(CompanyOwned, label=_("Name"), plural=_("Names"), display="name"):
    """A thing."""

    name: Mapped[str] = field(_("Name"))
'''


def addon(addons: Addons, name: str, *, title: str = '_("Name")', more: str = "", imports: str = "") -> Path:
    addons.names.add(name)
    made = addons.folder / name
    (made / "models").mkdir(parents=True)
    (made / "__init__.py").write_text('"""An addon."""\n')
    (made / "models" / "__init__.py").write_text('"""Its models."""\n')
    (made / "manifest.py").write_text(MANIFEST.format(name=name, title=title, more=more))
    (made / "models" / "thing.py").write_text(MODEL.format(imports=imports))
    return made


def said(folder: Path) -> list[str]:
    faults = faults_in(Config(state_dir=folder, addons_path=()), folder)
    return [f"{Path(one.file).relative_to(folder)}:{one.line}: {one.text}" for one in faults]


def test_what_is_wrong_is_named_with_file_and_line(addons: Addons) -> None:
    folder = addon(addons, "acme_wrong", title='"Wrong"', imports="from sqlalchemy import text\n")
    (folder / "mdoels.py").write_text('"""Misspelt."""\n')
    found = said(folder)
    assert found[:4] == [
        "manifest.py:5: the title has to be translatable: title=_('…')",
        "mdoels.py:1: the loader does not read this: see docs/reference/addons.md",
        "models/thing.py:4: sqlalchemy.text is refused in addons",
        "models/thing.py:7: acme_wrong.thing: no role has a right on it; grant one in access.py",
    ]
    assert len(found) == 5 and found[4].startswith("models/thing.py:7: missing: 'Names' in ")


@pytest.mark.parametrize(
    ("break_it", "place"),
    [
        (("models/thing.py", "import nowhere_at_all"), "models/thing.py:10: "),
        (("models/thing.py", "def ("), "models/thing.py:10: "),
        (("manifest.py", "manifest = Manifest(name=3)"), "manifest.py:6: "),
        (("manifest.py", "manifest = None"), "manifest.py:None: "),
    ],
)
def test_an_addon_that_does_not_load_is_told_where_to_look(
    addons: Addons, break_it: tuple[str, str], place: str
) -> None:
    file, line = break_it
    folder = addon(addons, f"acme_broken{abs(hash(break_it)) % 10**6}")
    with (folder / file).open("a") as stream:
        stream.write(f"{line}\n")
    assert said(folder)[0].startswith(place)


def test_all_addons_of_a_project_are_checked(addons: Addons, capsys: pytest.CaptureFixture[str]) -> None:
    addon(addons, "acme_first")
    addon(addons, "acme_second", title='"Second"')
    assert check(Namespace(path=str(addons.folder), strict=False)) == 1
    said = capsys.readouterr().out
    assert "acme_first: " in said and "acme_second: " in said
    assert "acme_second/manifest.py:5: the title has to be translatable: title=_('…')" in said
    with pytest.raises(UserError, match=r"no manifest\.py"):
        check(Namespace(path=str(addons.folder / "acme_first" / "models"), strict=False))


def test_a_dependency_that_is_not_there_is_named(addons: Addons) -> None:
    folder = addon(addons, "acme_lonely", more=', depends=["acme_nobody"]')
    assert "acme_nobody" in said(folder)[0]


def test_an_addon_beside_which_it_cannot_be_is_named(addons: Addons) -> None:
    folder = addon(addons, "acme_hostile", more=', depends=["crm_base"], conflicts=["acme_unheard"]')
    assert any("conflicts with acme_unheard" in one for one in said(folder))


def test_a_shipped_addon_has_nothing_wrong() -> None:
    folder = Path(__file__).resolve().parents[3] / "addons" / "crm_leads"
    assert list(faults_in(Config(state_dir=folder, addons_path=()), folder)) == []
