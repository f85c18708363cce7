"""The order of addons, and in words why some of them stand aside."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

from core.errors import AddonError
from core.i18n import LazyString
from core.modules.discovery import Found
from core.modules.graph import dependants, order, with_dependencies
from core.modules.manifest import KERNEL, Manifest
from tests.core.modules.bench import found, names, reasons

BASE = Found(
    KERNEL,
    "core.base",
    Path("/nowhere"),
    "kernel",
    manifest=Manifest(name=KERNEL, title="Base", version="1.0"),
)
SOME = [
    BASE,
    found("crm_stock", "crm_base"),
    found("crm_kpi", "crm_leads"),
    found("acme_loyalty", "crm_leads", "crm_stock"),
    found("crm_leads", "crm_base"),
    found("crm_base"),
]
EXPECTED = ["crm_base", "crm_leads", "crm_stock", "acme_loyalty", "crm_kpi"]


def test_dependencies_come_first_then_names_whatever_the_order_of_discovery() -> None:
    for permutation in itertools.permutations(SOME):
        result = order(permutation, ["acme_loyalty", "crm_kpi"])
        assert result[0].name == KERNEL
        assert names(result) == EXPECTED


def test_an_addon_more_does_not_change_the_order_of_the_others() -> None:
    for depends in ([], ["crm_base"], ["crm_leads"], ["crm_kpi", "crm_stock"]):
        for name in ("aaa_first", "crm_l", "zzz_last"):
            result = names(order([*SOME, found(name, *depends)], ["acme_loyalty", "crm_kpi", name]))
            assert [each for each in result if each != name] == EXPECTED


def test_only_what_is_wanted_and_its_dependencies_are_taken() -> None:
    assert names(order(SOME, ["crm_kpi"])) == ["crm_base", "crm_leads", "crm_kpi"]
    assert names(order(SOME, [])) == []
    assert with_dependencies(SOME, ["crm_kpi"]) == {"crm_kpi", "crm_leads", "crm_base"}
    assert dependants(SOME, ["crm_leads"]) == {"acme_loyalty", "crm_kpi"}
    assert dependants(SOME, ["crm_base"]) == set(EXPECTED) - {"crm_base"}


BRIDGED = [
    *SOME,
    found("leads_stock", "crm_leads", "crm_stock", is_bridge=True),
    found("upper_bridge", "leads_stock", "crm_kpi", is_bridge=True),
]


def test_bridges_come_with_what_they_connect_and_stand_above_it() -> None:
    assert names(order(BRIDGED, ["crm_kpi"])) == ["crm_base", "crm_leads", "crm_kpi"]
    assert names(order(BRIDGED, ["crm_leads", "crm_stock"])) == [
        "crm_base",
        "crm_leads",
        "crm_stock",
        "leads_stock",
    ]
    everything = ["crm_base", "crm_leads", "crm_stock", "crm_kpi", "leads_stock", "upper_bridge"]
    assert names(order(BRIDGED, ["crm_kpi", "crm_stock"])) == everything, "bridges of bridges too"
    assert names(order(BRIDGED, ["crm_base", "crm_leads", "crm_stock"], complete=False))[-1] == "leads_stock"
    assert names(order(BRIDGED, ["crm_leads", "crm_stock"], bridged=False)) == [
        "crm_base",
        "crm_leads",
        "crm_stock",
    ]


def test_a_broken_bridge_leaves_what_it_connects_alone() -> None:
    broken = replace(BRIDGED[-2], error=AddonError())
    result = order([*SOME, broken, BRIDGED[-1]], ["crm_kpi", "crm_stock"])
    assert names(result) == ["crm_base", "crm_leads", "crm_stock", "crm_kpi"]
    assert reasons(result) == {}


def test_at_a_start_a_dependency_that_is_not_installed_is_a_reason() -> None:
    result = order(SOME, ["crm_base", "crm_leads", "acme_loyalty"], complete=False)
    assert names(result) == ["crm_base", "crm_leads"]
    assert reasons(result) == {"acme_loyalty": "acme_loyalty needs crm_stock, which is not installed."}


def test_a_wanted_addon_without_code_is_kept_with_the_reason() -> None:
    result = order(SOME, ["crm_base", "acme_gone"], complete=False)
    assert names(result) == ["crm_base"]
    assert reasons(result) == {"acme_gone": "There is no code for the addon acme_gone."}
    assert (result[-1].source, result[-1].folder, result[-1].manifest) == ("missing", None, None)


def test_a_missing_dependency_sets_aside_all_above_it_and_nobody_else() -> None:
    items = [BASE, found("crm_base"), found("toy_missing", "toy_nowhere"), found("toy_upper", "toy_missing")]
    result = order(items, ["crm_base", "toy_upper"])
    assert names(result) == ["crm_base"]
    assert reasons(result) == {
        "toy_missing": "toy_missing needs toy_nowhere, for which there is no code.",
        "toy_upper": "toy_upper needs toy_missing, which cannot be used itself.",
    }


def test_an_addon_found_broken_takes_along_what_needs_it() -> None:
    broken = replace(found("toy_broken"), manifest=None, error=AddonError(LazyString("core", "syntax error")))
    result = order(
        [BASE, broken, found("toy_upper", "toy_broken"), found("crm_base")], ["crm_base", "toy_upper"]
    )
    assert names(result) == ["crm_base"]
    assert reasons(result)["toy_broken"] == "syntax error"
    assert "needs toy_broken" in reasons(result)["toy_upper"]


def test_a_cycle_is_named_and_stops_nobody_outside() -> None:
    items = [
        BASE,
        found("crm_base"),
        found("toy_one", "crm_base", "toy_two"),
        found("toy_two", "toy_three"),
        found("toy_three", "toy_one"),
        found("toy_self_a", "toy_self_b"),
        found("toy_self_b", "toy_self_a"),
        found("toy_above", "toy_three"),
    ]
    result = order(items, ["toy_above", "toy_self_a"])
    assert names(result) == ["crm_base"]
    circle = "These addons need each other in a circle: toy_one → toy_two → toy_three → toy_one"
    assert {reasons(result)[name] for name in ("toy_one", "toy_two", "toy_three")} == {circle}
    assert "toy_self_a → toy_self_b → toy_self_a" in reasons(result)["toy_self_b"]
    assert reasons(result)["toy_above"] == "toy_above needs toy_three, which cannot be used itself."


def test_in_a_conflict_the_addon_that_declares_it_gives_way() -> None:
    items = [
        BASE,
        found("crm_base"),
        found("acme_rival", conflicts=("crm_base", "crm_leads")),
        found("acme_top", "acme_rival"),
    ]
    result = order(items, ["crm_base", "acme_top"])
    assert names(result) == ["crm_base"]
    assert reasons(result)["acme_rival"] == "acme_rival cannot be used together with crm_base."
    assert names(order(items, ["acme_top"])) == ["acme_rival", "acme_top"]


def test_a_conflict_with_an_addon_that_stands_aside_does_not_count() -> None:
    items = [BASE, found("acme_gone", "acme_nowhere"), found("acme_rival", conflicts=("acme_gone",))]
    assert names(order(items, ["acme_gone", "acme_rival"])) == ["acme_rival"]


def test_reasons_are_told_in_the_readers_language_with_their_names() -> None:
    (aside,) = [
        each for each in order([BASE, found("toy_missing", "toy_nowhere")], ["toy_missing"]) if each.error
    ]
    assert aside.error is not None
    assert aside.error.addon == "toy_missing"
    assert aside.error.message.args == {"name": "toy_missing", "dependency": "toy_nowhere"}
