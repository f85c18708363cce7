"""The how-to says what is so: its snippets are cut from the files that the tests run, its commands are understood."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from core.cli.importing import configure
from core.exchange.parsing import read_mapping
from tests.system.pipeline import ROOT, SAMPLE

HOWTO = ROOT / "docs" / "how-to"
PAGES = sorted(HOWTO.glob("import*.md"))
EXAMPLES = sorted((HOWTO / "examples").glob("*.toml"))


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_snippets_are_cut_from_files_that_run(page: Path) -> None:
    mappings = [example.read_text("utf-8") for example in EXAMPLES]
    for snippet in blocks(page, "toml"):
        assert any(snippet in mapping for mapping in mappings), snippet
    samples = [path.read_text("utf-8") for path in SAMPLE.glob("*.csv") if path.name != "customers.csv"]
    for snippet in blocks(page, "csv"):
        assert any(snippet in sample for sample in samples), snippet
    assert len(blocks(page, "toml")) >= 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_are_understood_and_name_files_that_exist(page: Path) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    configure(parser)
    for command in "".join(blocks(page, "console")).splitlines():
        program, name, *arguments = shlex.split(command)
        assert (program, name) == ("keyuan", "import")
        given = parser.parse_args(arguments)
        files = {rule.name for rule in read_mapping(ROOT / given.mapping).files}
        assert given.folder == Path("wrong") or (ROOT / given.folder).is_dir()
        assert set(given.only) <= files


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_and_every_word_is_explained(page: Path) -> None:
    import argparse

    from core.exchange import parsing

    text = page.read_text("utf-8")
    parser = argparse.ArgumentParser()
    configure(parser)
    options = {
        option for action in parser._actions for option in action.option_strings if option.startswith("--")
    }
    assert not {option for option in options - {"--help", "--state-dir"} if f"`{option}" not in text}
    words = parsing._TOP | parsing._FILE | parsing._RECORD | parsing._FIELD | parsing._CONDITION
    unexplained = {word for word in words if word not in text}
    assert not unexplained


def test_the_examples_are_the_ones_explained() -> None:
    text = (HOWTO / "import.md").read_text("utf-8")
    assert EXAMPLES and all(f"docs/how-to/examples/{example.name}" in text for example in EXAMPLES)
