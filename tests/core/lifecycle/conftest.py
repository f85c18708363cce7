from __future__ import annotations

from tests.core.modules.conftest import addons as addons
