"""Documents say what is the case: they are compared with the code."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import core.api
from core.cli import COMMANDS
from core.modules.hookspecs import KERNEL_EVENTS
from core.modules.manifest import Manifest
from core.modules.marks import MARKS
from core.orm import fields
from core.views.view import View
from tools.documents import differing, documents, with_settings, with_snippets
from tools.reference import pages

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"(?P<mark><!-- from [^\n]*-->\n)?```(?P<language>\w*)\n(?P<text>.*?)```", re.DOTALL)
READMES = ("README.md", "README.zh.md")
SETTING = re.compile(r"`(KEYUAN_[A-Z_]+)`")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_reference_and_snippets_are_what_the_code_says() -> None:
    assert [str(path.relative_to(ROOT)) for path, _text in differing()] == [], (
        "python -m tools.documents update"
    )


def test_the_reference_leaves_out_no_name_kind_event_or_key() -> None:
    """What addons may import, kinds of fields and views, events, manifest keys and marks, as the code has them."""
    made = pages()
    kinds = [
        name for name, value in vars(fields).items()
        if inspect.isfunction(value) and value.__module__ == fields.__name__ and not name.startswith("_")
    ]  # fmt: skip
    views = [cls.__name__ for cls in View.__subclasses__() if cls.__module__.startswith("core.views")]
    assert len(views) >= 3
    events = [spec.__name__ for spec in KERNEL_EVENTS]
    for path in (ROOT / "addons").glob("*/hookspecs.py"):
        events += re.findall(r"^@hookspec\ndef (\w+)", path.read_text("utf-8"), re.M)
    assert {"lead_closed", "after_create"} <= set(events)
    wanted = {
        "fields.md": [
            f"### {name}\n" for name in kinds if name not in ("field_name", "key_of", "translations")
        ],
        "views.md": [f"### {name}\n" for name in views],
        "hooks.md": [f"### {name}\n" for name in events],
        "addons.md": [f"| `{name}` |" for name in (*Manifest.__dataclass_fields__, *MARKS)],
        "api.md": [f"| `{name}` |" for name in core.api.__all__],
    }
    assert {page: [part for part in parts if part not in made[page]] for page, parts in wanted.items()} == {
        page: [] for page in wanted
    }


def test_a_changed_file_or_setting_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\ntwo\nthree\n")
    old = "<!-- from a.py lines 2-3 -->\n```python\nsomething else\n```\n"
    assert with_snippets(old, tmp_path) == "<!-- from a.py lines 2-3 -->\n```python\ntwo\nthree\n```\n"
    with pytest.raises(ValueError, match="has no lines 2-9"):
        with_snippets(old.replace("2-3", "2-9"), tmp_path)
    assert "KEYUAN_PORT" in with_settings("<!-- settings -->\n<!-- end of settings -->\n")


def test_links_lead_somewhere() -> None:
    broken = []
    for path in documents():
        for target in LINK.findall(path.read_text("utf-8")):
            is_ours = "://" not in target and not target.startswith("docs/images/")
            if is_ours and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []


@pytest.mark.parametrize("name", READMES)
def test_the_readme_names_every_setting_and_command(name: str) -> None:
    text = text_of(name)
    settings = set(SETTING.findall(pages()["settings.md"])) - {"KEYUAN_CONFIG"}
    assert settings <= set(SETTING.findall(text))
    assert set(SETTING.findall(text)) <= settings | {"KEYUAN_CONFIG"}
    assert set(re.findall(r"`keyuan ([a-z]+)", text)) == set(COMMANDS)


def test_make_targets_exist() -> None:
    known = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for path in documents():
        text = path.read_text("utf-8")
        found = re.findall(r"`make ([a-z-]+)", text)
        for fence in FENCE.finditer(text):
            if fence["language"] == "console":
                found += re.findall(r"^make ([a-z-]+)", fence["text"], re.MULTILINE)
        assert set(found) <= known, path


def test_the_index_of_decisions_is_complete() -> None:
    listed = set(LINK.findall(text_of("docs/adr/README.md")))
    assert listed == {path.name for path in (ROOT / "docs/adr").glob("0*.md")}


def test_examples_compile_and_import_what_exists() -> None:
    for path in documents():
        for fence in FENCE.finditer(path.read_text("utf-8")):
            if fence["language"] != "python" or fence["mark"] or "reference" in path.parts:
                continue
            for node in ast.walk(ast.parse(fence["text"])):
                if isinstance(node, ast.ImportFrom) and node.module == "core.api":
                    missing = {alias.name for alias in node.names} - set(core.api.__all__)
                    assert not missing, f"{path}: {missing}"
