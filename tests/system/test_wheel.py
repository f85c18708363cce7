"""The built wheel is complete: it runs in an empty environment, without the repository, Node or npm."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.web.assets import FILES

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*command: str | Path, cwd: Path, **more: str) -> str:
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("KEYUAN_", "PYTHON", "COV"))
    } | more
    result = subprocess.run(
        command, cwd=cwd, env=bare, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built the long way, from the source archive, so that both are known to be complete."""
    target = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", target, ROOT, cwd=target)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def sources(pattern: str) -> Iterator[str]:
    for path in (*ROOT.glob(f"core/**/{pattern}"), *ROOT.glob(f"addons/*/**/{pattern}")):
        place = path.relative_to(ROOT)
        if not {"tests", "vendor", "__pycache__"} & set(place.parts):
            yield place.as_posix()


def test_every_module_template_and_catalogue_is_in_the_wheel(names: set[str]) -> None:
    wanted = {*sources("*.py"), *sources("*.pt"), *sources("*.po"), *sources("*.txt")}
    wanted |= {name.removesuffix(".po") + ".mo" for name in sources("*.po")}
    wanted.add("core/orm/pinyin.tables")
    assert wanted - names == set()


def test_the_browser_files_and_the_scaffold_are_in_the_wheel(names: set[str]) -> None:
    vendor = {f"core/web/static/vendor/{name}" for name in (*FILES, "icons.svg", "stamp.txt")}
    own = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("core/web/static/*.*")}
    parts = [path.relative_to(ROOT) for path in ROOT.glob("template/**/*") if path.is_file()]
    scaffold = {f"core/{part.as_posix()}" for part in parts if "cache" not in part.as_posix()}
    assert (vendor | own | scaffold) - names == set()
    assert scaffold


def test_nothing_else_is_in_the_wheel(names: set[str]) -> None:
    assert {name.split("/")[0] for name in names} == {"core", "addons", wheel_metadata(names)}
    assert not [name for name in names if name.startswith("addons/") and "/tests/" in name]
    assert not [name for name in names if "__pycache__" in name]


def wheel_metadata(names: set[str]) -> str:
    return next(name for name in names if name.endswith("/METADATA")).split("/")[0]


def test_it_runs_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements" / "runtime.txt", cwd=tmp_path)
    run(*pip, "--no-deps", wheel, cwd=tmp_path)
    run(python, "-m", "pip", "check", cwd=tmp_path)
    run(python, "-m", "core.web.assets", cwd=tmp_path)
    help_text = run(python.with_name("keyuan"), "--help", cwd=tmp_path)
    assert "serve" in help_text
    with tempfile.TemporaryDirectory(prefix="keyuan-wheel-") as state:
        Path(state).chmod(
            0o755
        )  # pytest's own folders may not be entered by the user as whom root's server runs
        more = {
            "KEYUAN_STATE_DIR": f"{state}/state",
            "PATH": f"{without_node(tmp_path)}:{os.environ['PATH']}",
        }
        told = run(python.with_name("keyuan"), "demo", cwd=tmp_path, **more)
        assert "admin" in told
        again = run(python.with_name("keyuan"), "demo", cwd=tmp_path, **more)
        assert again.splitlines()[-5:] == told.splitlines()[-5:], "the accounts can be shown again"
    assert not (tmp_path / "node was called").exists()


def without_node(folder: Path) -> Path:
    """A folder for the head of the path in which Node and npm only tell that somebody wanted them."""
    found = folder / "without_node"
    found.mkdir()
    for name in ("node", "npm", "npx"):
        (found / name).write_text(f"#!/bin/sh\ntouch '{folder}/node was called'\nexit 1\n")
        (found / name).chmod(0o755)
    return found
