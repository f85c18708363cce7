"""Deployments that Hypothesis rarely makes up, and that have to be looked at each time."""

from __future__ import annotations

from tests.core.rights.plain import Configured, Department, Given, Office, Post, Record, SharingRule

DEAL = "toy_rights.deal"
ON = {1: frozenset({"base", "toy_rights", "toy_more"}), 2: frozenset({"base", "toy_rights"})}


def _deals() -> dict[int, Record]:
    """Of each grade one of user 1, one of user 2 and one of nobody."""
    kinds = [(owner, grade) for owner in (1, 2, None) for grade in "ab"]
    return {
        number: Record(DEAL, 1, owner, grade=grade, text="shed", key=number)
        for number, (owner, grade) in enumerate(kinds, 1)
    }


def _office(roles: dict[int, set[str]], configured: Configured) -> Office:
    return Office(
        companies=2, users=2, posts={1: Post(1, 1), 2: Post(1, 2, superior=1)},
        roles={(user, 1): frozenset(found) for user, found in roles.items()},
        switched_on=ON, records=_deals(), configured=configured,
    )  # fmt: skip


WIDE, OWN, TEAM = "toy_rights.deal_company_all", "toy_rights.deal_own_all", "toy_rights.deal_team_look"
LIMITED = _office(
    {1: {WIDE, OWN}, 2: {WIDE}}, Configured(limits={(1, WIDE, DEAL, "grade"): frozenset({"a"})})
)
"""A role for the whole company is limited to one grade; another one for own records is not."""
TWO_LIMITS = _office(
    {1: {WIDE, OWN, TEAM}, 2: {OWN}},
    Configured(
        limits={(1, WIDE, DEAL, "grade"): frozenset({"a"}), (1, OWN, DEAL, "grade"): frozenset({"b"})}
    ),
)
"""Each of two roles is limited to another grade, a third one is not limited and gives less."""
COPIED = _office(
    {1: {"own_0"}, 2: {OWN}},
    Configured(
        basis={"own_0": WIDE, "own_1": None}, above={(1, OWN): "own_1", (1, "own_1"): "own_0"},
        levels={(1, "own_0", DEAL, "delete"): "none", (0, WIDE, DEAL, "read"): "own"},
        superiors={(1, DEAL): ("query", "none")},
    ),
)  # fmt: skip
"""A copy of a shipped role stands above others; what is set for the shipped one does not hold for the copy."""
SHARED = Office(
    companies=2, users=4,
    posts={
        1: Post(1, 1), 2: Post(1, 2, department=1), 3: Post(1, 3, department=1, has_left=True), 4: Post(1, 3, department=2),
        5: Post(1, 4, department=4), 6: Post(1, 4, department=2, in_bin=True),
    },
    departments={1: Department(1), 2: Department(1), 3: Department(1, in_bin=True), 4: Department(1, parent=3)},
    roles={(user, 1): frozenset({OWN}) for user in (1, 2, 3, 4)}, switched_on=ON, records=_deals(),
    shares={1: Given(1, 3, "edit", days=0), 2: Given(1, 4, "edit", days=-1), 3: Given(5, 3, "read", is_over=True)},
    members={1: Given(2, 4, "edit"), 2: Given(2, 3, "read", is_over=True)},
    rules={
        1: SharingRule(1, 1, DEAL, "edit", owner_department=1, to_department=1),
        2: SharingRule(2, 1, DEAL, "read", to_department=3), 3: SharingRule(3, 1, DEAL, "read", 3, to_user=1),
        4: SharingRule(4, 1, DEAL, "read", owner_role=OWN, to_user=4, condition=("grade", "b")),
        5: SharingRule(5, 1, DEAL, "read", owner_department=1, to_user=4, condition=("grade", "a")),
    },
)  # fmt: skip
"""A department with somebody who has left it for another one; a department in the bin with another below it; shares
until today and until yesterday; places in a team; two rules about values on the rows of different owners."""
CASES = (LIMITED, TWO_LIMITS, COPIED, SHARED)
