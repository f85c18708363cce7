"""Numbers that people read aloud: no two kinds of document begin alike, and none that keeps its number is stuck."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from core.orm.model_info import ModelInfo
from core.testing.product import Product

COMPOSED = Product().compose()


def test_each_kind_of_document_has_a_prefix_of_its_own() -> None:
    kinds: dict[str, list[str]] = defaultdict(list)
    for _addon, rule in COMPOSED.collect("numbering"):
        kinds[rule.prefix].append(rule.sequence)
    assert len(kinds) > 15 and "" not in kinds
    assert {prefix: those for prefix, those in kinds.items() if len(those) > 1} == {}


def test_whatever_keeps_its_number_can_be_brought_to_an_end() -> None:
    """Such a document is not deleted. One that is a draft again comes to its end without having to count once more."""
    numbered = {
        info.key: (info, found.final_in)
        for info in COMPOSED.models.values() for found in info.fields.values() if found.final_in
    }  # fmt: skip
    assert len(numbered) >= 10
    stuck = {
        (key, code) for key, (info, final_in) in numbered.items() for code in reached(info, final_in)
        if not ends(info, code, frozenset() if code in final_in else final_in)
    }  # fmt: skip
    assert stuck == set()
    contract, final_in = numbered["crm_sales.contract"]
    assert "draft" in reached(contract, final_in)


def reached(info: ModelInfo, states: Collection[str]) -> set[str]:
    """Where documents may be that were once in one of these states; an undone step counts as one back."""
    found, new = set(states), set(states)
    while new:
        new = {
            one for step in info.methods.values() if step.target is not None
            for sources in [{state.code for state in step.sources}]
            for one in ({step.target.code} if sources & found else set())
            | (sources if info.is_undoable and step.target.code in found else set())
        } - found  # fmt: skip
        found |= new
    return found


def ends(info: ModelInfo, code: str, without: Collection[str]) -> bool:
    """Whether steps that a person takes lead from this state to a final one, past the states to be avoided."""
    found, new = set[str](), {code}
    while new:
        found |= new
        if any(info.states[one].final for one in found):
            return True
        new = {
            step.target.code for step in info.methods.values()
            if step.target is not None and not step.automatic and {state.code for state in step.sources} & new
        } - found - set(without)  # fmt: skip
    return False
