"""The fixtures of the test kit, for the tests of the kernel and of all addons in this tree; and what one of several
workers runs at a stretch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadGroupScheduling

pytest_plugins = ["core.testing.plugin"]

APART: Final = ("tests/core/test_conformance.py", "tests/core/test_conformance_pages.py")
"""Hundreds of long tests that share no more than a model; they come last, by models, to whichever worker is free."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules begin, so that none of them is left for one worker alone at the end. The others stay in the order of
    their folders: neighbours test the same addons, and those are composed once for all of them.
    """
    long = {_module(item.nodeid) for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (_module(item.nodeid) in APART, _module(item.nodeid) not in long))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadGroupScheduling:
    """Modules stay whole, so that what each of them prepares is prepared by one worker and not by all."""
    from xdist.scheduler import LoadGroupScheduling

    class ByModule(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            group: str = super()._split_scope(nodeid)
            module = _module(nodeid)
            if group != nodeid:
                return group
            return f"{module}[{nodeid.partition('[')[2]}" if module in APART else module

    config.option.loadscopereorder = False  # by the number of tests, which tells little about their length
    return ByModule(config, log)


def _module(nodeid: str) -> str:
    return nodeid.partition("::")[0]
