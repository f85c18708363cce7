"""The product with bills, which have lines, and without the addons of the product."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.core.lines.conftest import ADDONS
from tests.core.server.processes import state_folder
from tests.system.served import Served


@pytest.fixture(scope="session")
def keyuan() -> Iterator[Served]:
    """Its configuration lies in the folder where it is started."""
    with state_folder() as state:
        (state.parent / "keyuan.toml").write_text(f"addons_path = {json.dumps([str(ADDONS)])}\n")
        served = Served(state, "--demo", "--port", "0").wait_ready()
        yield served
        assert served.stop() == 0, served.log.read_text()[-4000:]
        assert served.faults() == []
