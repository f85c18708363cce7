"""Addons come and go in any order: a day that is told step by step, and days that Hypothesis makes up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from core.lifecycle.install import initialise
from core.modules.manifest import KERNEL
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from tests.core.lifecycle.lattice import REAL, TOYS, Lattice
from tests.core.lifecycle.lattice_deck import Deck, two_companies

pytestmark = pytest.mark.xdist_group("lattice")


def machine(server: DatabaseServer, folder: Path, deck: Deck, pages: int) -> type[Lattice]:
    """The machine on databases in which nothing is installed yet but the kernel."""

    def build(database: ScratchDatabase) -> None:
        initialise(database.owner, APP_ROLE, deck.compose([]))
        two_companies(database)

    template = server.template(f"lattice_{deck.names[0]}", build)
    known = {
        "deck": deck,
        "server": server,
        "template": template,
        "folder": folder,
        "pages": pages,
        "schemas": {},
    }
    return type("Machine", (Lattice,), known)


def play(kind: type[Lattice], examples: int, steps: int, *, fixed: bool = False) -> None:
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=fixed,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        ),
    )  # fmt: skip


def test_an_addon_is_removed_beside_a_process_that_serves_it_and_comes_back(
    server: DatabaseServer, tmp_path: Path
) -> None:
    one = machine(server, tmp_path, TOYS, 8)()
    try:
        one.begin(1)
        one.enable(1, "A")
        one.work("A", 1)
        one.remove(1)
        assert one.waiting == {"toy_orders"} and one.on("A") == {KERNEL, "toy_wares"}
        one.follow()
        one.restore(1)
        assert one.on("A") == {KERNEL, "toy_wares", "toy_orders"} and one.on("B") == {KERNEL}
        one.other.ask("follow")
        one.remove(1)
        one.follow()
        one.purge(1)
        assert one.installed == {"toy_wares"} and one.removed == set()
    finally:
        one.teardown()


def test_toys_in_any_order(server: DatabaseServer, tmp_path: Path) -> None:
    play(machine(server, tmp_path, TOYS, 4), 1, 8, fixed=True)


@pytest.mark.long
def test_toys_in_many_orders(server: DatabaseServer, tmp_path: Path) -> None:
    play(machine(server, tmp_path, TOYS, 20), 40, 30)


@pytest.mark.long
def test_real_addons_in_any_order(server: DatabaseServer, tmp_path: Path) -> None:
    play(machine(server, tmp_path, REAL, 60), 6, 20)
