"""What was composed for the tests of one module does not stay to the end of the run."""

from __future__ import annotations

import gc
from pathlib import Path
from weakref import ref

from core.auth.identity_query import request_statement
from core.config import Config
from core.modules.discovery import discover
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.testing.product import let_go


def composed(folder: Path) -> Composition:
    """The kernel alone, used so far that a statement of it is kept."""
    found = compose(load(discover(Config(folder, (folder,), safe_mode=True))))
    request_statement(found)
    return found


def test_a_composition_that_nobody_uses_again_is_let_go(tmp_path: Path) -> None:
    first = ref(composed(tmp_path))
    composed(tmp_path)
    gc.collect()
    assert first() is not None, "statements keep it"
    let_go()
    gc.collect()
    assert first() is None
