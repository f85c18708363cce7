"""Numbers that people read aloud: no two kinds of document of the product begin alike."""

from __future__ import annotations

from collections import defaultdict

from core.testing.product import Product


def test_each_kind_of_document_has_a_prefix_of_its_own() -> None:
    kinds: dict[str, list[str]] = defaultdict(list)
    for _addon, rule in Product().compose().collect("numbering"):
        kinds[rule.prefix].append(rule.sequence)
    assert len(kinds) > 15 and "" not in kinds
    assert {prefix: those for prefix, those in kinds.items() if len(those) > 1} == {}
