"""The layer contract refuses an import that goes up, and every room of the kernel has its place in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"


def lint(folder: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / ".importlinter", folder)
    for place, text in {"core/__init__.py": "", **files}.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        (path.parent / "__init__.py").touch()
    command = [str(LINTER), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [("config", "orm"), ("server", "modules"), ("orm", "auth"), ("auth", "automation"), ("views", "web")],
)
def test_an_import_upwards_is_refused(tmp_path: Path, lower: str, upper: str) -> None:
    files = {f"core/{lower}/room.py": f"import core.{upper}.door", f"core/{upper}/door.py": ""}
    result = lint(tmp_path, files)
    assert result.returncode == 1
    assert f"core.{lower} is not allowed to import core.{upper}" in result.stdout


def test_an_import_downwards_passes(tmp_path: Path) -> None:
    result = lint(
        tmp_path, {"core/web/app.py": "import core.orm.env", "core/orm/env.py": "import core.errors"}
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_room_without_a_place_is_refused(tmp_path: Path) -> None:
    result = lint(tmp_path, {"core/attic/chest.py": ""})
    assert result.returncode == 1
    assert "attic" in result.stdout
