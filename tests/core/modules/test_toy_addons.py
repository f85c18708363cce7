"""The toy addons, found, ordered and loaded as the product does it; each failure kind stays where it belongs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from core.errors import CompositionError
from core.modules.discovery import Found
from core.modules.graph import order
from core.modules.loader import LoadedAddon, load, unknown_files
from core.modules.manifest import KERNEL
from tests.core.modules.bench import names, reasons
from tests.core.modules.conftest import TOYS


def load_toys(toys: Sequence[Found], *wanted: str, limit: float = 5) -> dict[str, LoadedAddon]:
    """Without the kernel's own addon, which has nothing to do with what is shown here."""
    items = [each for each in order(toys, wanted) if each.name != KERNEL]
    return {addon.name: addon for addon in load(items, limit=limit)}


def test_every_toy_is_found_and_only_two_are_refused_for_their_manifest(toys: list[Found]) -> None:
    folders = {path.parent.name for path in TOYS.glob("*/manifest.py")}
    found = [each for each in toys if each.source == "folder"]
    assert {each.name for each in found} == folders
    assert {each.name for each in found if each.error} == {"toy_future", "toy_unreadable"}
    assert "made for kernel >=9.0,<10.0" in reasons(toys)["toy_future"]
    assert "version must look like 1.2.0, not 'one'" in reasons(toys)["toy_unreadable"]


def test_the_readme_of_the_toys_names_all_of_them() -> None:
    text = (TOYS / "README.md").read_text("utf-8")
    assert [
        path.parent.name for path in TOYS.glob("*/manifest.py") if f"`{path.parent.name}`" not in text
    ] == []


def test_the_kernels_own_addon_comes_first_and_keeps_what_the_others_import(toys: list[Found]) -> None:
    kernel, toy = load(order(toys, ["toy_base"]))
    assert (kernel.name, kernel.package, kernel.error) == (KERNEL, "core.base", None)
    assert {"User", "Company", "Option"} <= {model.__name__ for model in kernel.collect("model")}
    assert [model.__name__ for model in toy.collect("model")] == ["Case"]


def test_the_toys_are_ordered_or_told_why_not(toys: list[Found]) -> None:
    result = order(toys, [each.name for each in toys])
    assert [name for name in names(result) if name.startswith("toy_")] == [
        "toy_base", "toy_hang", "toy_twin_a", "toy_twin_b", "toy_broken", "toy_conflict_a", "toy_conflict_b", "toy_left", "toy_listener",
        "toy_right", "toy_wrong_hook", "toy_above_broken", "toy_bridge", "toy_diamond",
    ]  # fmt: skip
    why = reasons(result)
    assert set(why) == {
        "toy_cycle_a", "toy_cycle_b", "toy_future", "toy_missing", "toy_rival", "toy_unreadable",
    }  # fmt: skip
    assert why["toy_missing"] == "toy_missing needs toy_nowhere, for which there is no code."
    assert "toy_cycle_a → toy_cycle_b → toy_cycle_a" in why["toy_cycle_a"]
    assert why["toy_rival"] == "toy_rival cannot be used together with toy_left."


def test_a_whole_addon_is_collected(toys: list[Found]) -> None:
    base = load_toys(toys, "toy_base")["toy_base"]
    assert [(entry.mark, entry.module) for entry in base.marked] == [
        ("role", "toy_base.roles"),
        ("role", "toy_base.roles"),
        ("state", "toy_base.states"),
        ("state", "toy_base.states"),
        ("hookspec", "toy_base.hookspecs"),
        ("hookspec", "toy_base.hookspecs"),
        ("model", "toy_base.models.case"),
        ("grant", "toy_base.access"),
        ("grant", "toy_base.access"),
    ]
    assert unknown_files(base) == []


@pytest.mark.parametrize(
    ("addon", "extensions"),
    [
        ("toy_left", ["LeftCase"]),
        ("toy_right", ["RightCase"]),
        ("toy_bridge", ["BridgeCase"]),
        ("toy_diamond", ["DiamondLeftCase", "DiamondRightCase"]),
    ],
)
def test_extensions_count_for_the_addon_that_makes_them(
    toys: list[Found], addon: str, extensions: list[str]
) -> None:
    loaded = load_toys(toys, addon)[addon]
    assert loaded.error is None
    assert [(entry.mark, entry.object.__name__) for entry in loaded.marked] == [
        ("extension", name) for name in extensions
    ]


def test_the_broken_toys_stand_aside_and_the_others_load(toys: list[Found]) -> None:
    loaded = load_toys(toys, "toy_above_broken", "toy_diamond", "toy_wrong_hook", "toy_listener")
    aside = {name: addon.error for name, addon in loaded.items() if addon.error is not None}
    assert set(aside) == {"toy_broken", "toy_above_broken", "toy_wrong_hook"}
    broken = aside["toy_broken"]
    assert str(broken) == ("toy_broken.models.case cannot be imported: RuntimeError: the price list is gone")
    assert broken is not None and broken.__notes__[-1] == (
        'toy_broken/models/case.py:13 in read_price_list: raise RuntimeError("the price list is gone")'
    )
    assert isinstance(aside["toy_wrong_hook"], CompositionError)
    assert "toy_wrong_hook.hooks.tell_the_customer takes customer" in str(aside["toy_wrong_hook"])
    assert "toy_base.hookspecs.case_closed announces only env, case" in str(aside["toy_wrong_hook"])


def test_the_toy_that_hangs_is_stopped(toys: list[Found]) -> None:
    hang = load_toys(toys, "toy_hang", limit=0.3)["toy_hang"]
    assert "toy_hang.services.wait_for_ever cannot be imported: TookTooLong" in str(hang.error)
    assert "toy_hang.services.wait_for_ever" not in sys.modules
