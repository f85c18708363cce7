"""A type checker checks the announcing of events as it checks any call."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

SOURCE = '''\
from typing import Any
from core.modules.hooks import hookspec, implements
from core.modules.hookspecs import after_create

class Lead: ...

@hookspec
def lead_closed(env: Any, lead: Lead) -> None:
    """A lead was closed."""

@hookspec
def collect_points(env: Any) -> int:
    """How many points an addon gives."""
    return 0

@implements(lead_closed)
def hear(lead: Lead) -> None: ...

@implements(after_create, model=Lead)
def hear_of_leads(records: list[Lead]) -> None: ...

lead_closed(env=1, lead=Lead())
points: list[int] = collect_points(env=1)
hear(Lead())
lead_closed(env=1)
lead_closed(env=1, lead="a name")
words: list[str] = collect_points(env=1)
hear("a name")
'''


def test_right_calls_pass_and_wrong_ones_are_found(tmp_path: Path) -> None:
    source = tmp_path / "announcing.py"
    source.write_text(SOURCE)
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(source)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    errors = [line.partition("error: ")[2] for line in result.stdout.splitlines() if "error: " in line]
    assert len(errors) == 4, result.stdout + result.stderr
    assert 'Missing positional argument "lead"' in errors[0]
    assert (
        'Argument "lead" to "__call__" of "HookSpec" has incompatible type "str"; expected "Lead"'
        in errors[1]
    )
    assert 'expression has type "list[int]", variable has type "list[str]"' in errors[2]
    assert 'Argument 1 to "hear" has incompatible type "str"; expected "Lead"' in errors[3]
