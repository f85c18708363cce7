"""What follows from who is calling, kept among the requests of the same caller.

Rights are asked at every click, and the SQL of a rule costs more to build than to run. It depends on the caller's
identity alone: the person, company, its configured rights, roles,
addons, people below. So each process keeps it by that identity, for a
minute and for the callers of late; whoever gets another role or superior is another identity at the next click. What
a rule finds out by the clock or by reading rows is not kept (`Env.moments`), by the day it is kept for that day.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from datetime import date
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from core.auth.identity import Identity

CALLERS: Final = 64
ANSWERS: Final = 500
"""Of one caller."""
MOST: Final = 8_000
"""Answers of all callers: some 250 MB, as statements of lists take 30 KB each."""
SECONDS: Final = 60.0


class OfDay(NamedTuple):
    """An answer that holds for one day of the company."""

    day: date
    answer: Any


class Memory(dict[Hashable, Any]):
    """The answers for one identity. Past `ANSWERS` it begins anew: far more than the screens of one person need."""

    def __init__(self) -> None:
        super().__init__()
        self.ends = monotonic() + SECONDS

    def __setitem__(self, key: Hashable, answer: Any) -> None:
        if len(self) >= ANSWERS:
            self.clear()
        super().__setitem__(key, answer)


class Memories:
    """The memories of the callers of late."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, Memory] = OrderedDict()
        self._lock = Lock()

    def of(self, identity: Identity, language: str) -> Memory:
        """The memory of this identity, reading in this language."""
        key = (_decisive(identity), language)
        with self._lock:
            found = self._found.get(key)
            if found is None or found.ends < monotonic():
                found = self._found[key] = Memory()
            self._found.move_to_end(key)
            kept = sum(map(len, self._found.values()))
            while len(self._found) > CALLERS or (kept > MOST and len(self._found) > 1):
                kept -= len(self._found.popitem(last=False)[1])
        return found

    def forget(self) -> None:
        """Begin anew, also for callers who are at work: for tests that change what rights are made of."""
        with self._lock:
            for found in self._found.values():
                found.clear()


def _decisive(person: Identity) -> Hashable:
    """Everything of an identity that a rule or right may depend on."""
    return (
        person.user_id, person.real_user_id, person.company_id, person.companies, person.roles, person.granting,
        person.addons, person.direct_reports, person.reports, person.departments, person.members,
        person.own_departments, person.own_members, person.timezone.key, person.may_write_shared, person.rights.key,
        person.shared, person.key and person.key.narrowing,
    )  # fmt: skip
