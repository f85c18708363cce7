"""What sharing opens, decided as slowly and obviously as the rest: see `oracle.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.core.rights.plain import LOOKING, Given, Record, SharingRule

if TYPE_CHECKING:
    from tests.core.rights.oracle import Oracle

EVERYBODY = "base.user"
"""The role that everybody holds."""


def ways_by_sharing(oracle: Oracle, user: int, company: int, action: str, record: Record) -> set[str]:
    """Every share, place in a team and rule by which somebody with the function right reaches a record."""
    found = {
        f"share {key}" for key, one in oracle.office.shares.items() if _is_given(one, user, action, record)
    }
    found |= {
        f"member {key}" for key, one in oracle.office.members.items() if _is_given(one, user, action, record)
    }
    return found | {
        f"rule {key} of sharing" for key, rule in oracle.office.rules.items()
        if rule.company == company and _opens(oracle, rule, user, action, record)
    }  # fmt: skip


def _lets(may: str, action: str) -> bool:
    """Sharing lets people look, or look and change; it never lets them delete, assign or share on."""
    return action in LOOKING or (may == "edit" and action == "update")


def _is_given(one: Given, user: int, action: str, record: Record) -> bool:
    """The last day counts."""
    has_ended = one.is_over or (one.days is not None and one.days < 0)
    return (one.record, one.user) == (record.key, user) and not has_ended and _lets(one.may, action)


def _opens(oracle: Oracle, rule: SharingRule, user: int, action: str, record: Record) -> bool:
    if rule.model != record.model or not rule.active or rule.in_bin or not _lets(rule.may, action):
        return False
    if rule.condition is not None and getattr(record, rule.condition[0]) != rule.condition[1]:
        return False
    return _receives(oracle, rule, user) and _is_of_owners(oracle, rule, record)


def _receives(oracle: Oracle, rule: SharingRule, user: int) -> bool:
    """A role's holders are those of its copies and of the roles above it too. A department's people are those who
    work there now: a post that somebody has left gives nothing.
    """
    if rule.to_user is not None:
        return rule.to_user == user
    if rule.to_role is not None:
        known = oracle.granting(user, rule.company)
        return rule.to_role in {EVERYBODY, *known, *(oracle.shipped(role) for role in known)}
    departments = set(_departments(oracle, rule.company, rule.to_department, and_below=rule.receivers_below))
    return any(
        oracle.office.posts[key].department in departments for key in oracle.posts_of(user, rule.company)
    )


def _is_of_owners(oracle: Oracle, rule: SharingRule, record: Record) -> bool:
    """Whoever has left a department leaves the records there, as a superior keeps them."""
    if rule.owner_department is None and rule.owner_role is None:
        return True
    if record.owner is None:
        return False
    if rule.owner_role is not None:
        held = oracle.office.roles.get((record.owner, rule.company))
        return held is not None and rule.owner_role in {EVERYBODY, *held}
    departments = set(_departments(oracle, rule.company, rule.owner_department, and_below=rule.owners_below))
    return record.owner in oracle.people_of(departments, rule.company)


def _departments(oracle: Oracle, company: int, key: int | None, *, and_below: bool) -> Iterator[int]:
    """A department, and those below it. One that is in the bin has no people, and nothing stands below it."""
    known = oracle.departments_in(company)
    waiting = [key] if key in known else []
    while waiting:
        at = waiting.pop()
        assert at is not None
        yield at
        waiting += [one for one, found in known.items() if and_below and found.parent == at]
