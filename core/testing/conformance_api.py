"""Whether the API does what the kernel says: the same verbs by a program, for every model and person.

The claims are those of a key: its user's rights less what a key never gives, see `core.auth.key_scope`. Nothing here
knows a model.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from webtest import TestApp, TestResponse

from core.testing.claims import MISSING
from core.testing.conformance_pages import REFUSED, Problems, Visit

ROOT: Final = "/api/v1"
_numbers: Final[Iterator[int]] = itertools.count(1)


@dataclass
class Calls:
    """A person's program at the records of one model. It has no cookies; `leaks` are told like those of pages.

    `visit` has the claims of the key.
    """

    app: TestApp
    secret: str
    visit: Visit
    leaks: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{ROOT}/{self.visit.claims.info.key}"

    def may(self, action: str) -> bool:
        return action in self.visit.claims.allowed

    def ask(
        self, method: str, address: str, body: Any = None, version: int | None = None, asked: str = ""
    ) -> TestResponse:
        """The answer; `asked` is what the question itself says."""
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        data = b"" if body is None else json.dumps(body).encode()
        answer = self.app.request(
            f"{self.url}{address}", method=method, headers=headers, body=data, expect_errors=True
        )
        told = (text for text in self.visit.secret if text in answer.text and text != asked)
        self.leaks += [f"{method} {self.url}{address} tells of {text!r}" for text in told]
        if answer.status_int >= 500:
            self.leaks.append(f"{method} {self.url}{address} is answered {answer.status}")
        return answer


def strange_calls(calls: Calls) -> Problems:
    """Reading: list, count, search, a record of each standing. Changes nothing."""
    for check in (_lists, _searches, _records):
        for problem in check(calls):
            yield f"{calls.url}: {problem}"


def wrong_calls(calls: Calls) -> Problems:
    """Every verb that changes something, on a record of each standing; and whatever was told that is secret."""
    for check in (_making, _changing, _deleting):
        for problem in check(calls):
            yield f"{calls.url}: {problem}"
    yield from dict.fromkeys(calls.leaks)


def _lists(calls: Calls) -> Problems:
    claims, people = calls.visit.claims, calls.visit.population
    listed = ",".join(map(str, sorted(people.all)))
    answer = calls.ask("GET", f"?{urlencode({'fields': 'id', 'f': f'id:in:{listed}', 'count': '1'})}")
    expected = 200 if calls.may("read") else 403
    if answer.status_int != expected:
        yield f"the list is answered {answer.status}, not {expected}"
    elif expected == 200:
        shown = {one["id"] for one in answer.json["items"]}
        if shown != claims.seen or answer.json["count"]["value"] != len(shown):
            yield f"the list shows {sorted(shown)} where there are {sorted(claims.seen)}"


def _searches(calls: Calls) -> Problems:
    if not calls.may("read"):
        return
    for key, word in calls.visit.words().items():
        found = calls.ask(
            "GET", f"?{urlencode({'fields': 'id', 'q': word, 'f': f'id:eq:{key}'})}", asked=word
        )
        if (found.json["items"] != []) != (key in calls.visit.claims.seen):
            yield f"searching for {word!r} {'hides' if key in calls.visit.claims.seen else 'shows'} it"


def _records(calls: Calls) -> Problems:
    missing = _words(calls.ask("GET", f"/{MISSING}"))
    for key, kind in calls.visit.samples("update", "missing"):
        answer = calls.ask("GET", f"/{key}")
        expected = 403 if not calls.may("read") else 200 if key in calls.visit.claims.seen else 404
        if answer.status_int != expected:
            yield f"one that is {kind} is answered {answer.status}, not {expected}"
        elif expected == 404 and _words(answer) != missing:
            yield f"the answer to one that is {kind} is not that to a missing one"


def _words(answer: TestResponse) -> tuple[Any, ...]:
    """What an answer says, but for the number of the request."""
    return tuple(answer.json.get(name) for name in ("type", "title", "detail", "errors"))


def _making(calls: Calls) -> Problems:
    """Of a field that no model has, so that nothing is made: whoever may is told of the field."""
    expected = 422 if calls.may("create") else 403
    if (status := calls.ask("POST", "", {"no such field": 1}).status_int) != expected:
        yield f"making one is answered {status}, not {expected}"


def _changing(calls: Calls) -> Problems:
    visit = calls.visit
    typed = visit.claims.typed
    for key, kind in visit.samples("update", "missing", "hidden in the bin"):
        before = visit.versions([key])
        if kind == "allowed" and not before:
            continue  # a page has deleted it, and it could not be brought back
        values = {typed.name: f"written {next(_numbers)}"} if typed is not None else {}
        status = calls.ask("PATCH", f"/{key}", values, before.get(key, 1)).status_int
        is_same = visit.versions([key]) == before
        if kind == "allowed":
            if status in REFUSED or (status == 200 and values and is_same):
                yield f"changing one that is {kind} is answered {status}{' without effect' if is_same else ''}"
        elif not is_same or (status not in REFUSED and (values or not calls.may("update"))):
            yield f"changing one that is {kind} is answered {status}{'' if is_same else ' and done'}"


def _deleting(calls: Calls) -> Problems:
    visit = calls.visit
    for key, kind in visit.samples("delete", "missing", "hidden in the bin"):
        before = visit.versions([key])
        if kind == "allowed" and not before:
            continue
        status = calls.ask("DELETE", f"/{key}", None, before.get(key, 1)).status_int
        after = visit.versions([key])
        if kind != "allowed":
            if status not in REFUSED or after != before:
                yield f"deleting one that is {kind} is answered {status}{'' if after == before else ' and done'}"
        elif status in REFUSED or (status == 204 and after):
            yield f"deleting one that is {kind} is answered {status}"
        if before and not after:
            visit.post(f"{visit.url}/bin", id=[key])


def open_calls(stranger: TestApp, visit: Visit) -> Iterator[str]:
    """What is answered to a program without a key: that it needs one."""
    url = f"{ROOT}/{visit.claims.info.key}"
    key = next(iter(sorted(visit.population.live)), MISSING)
    before = visit.versions([key])
    for method, address in (
        ("GET", ""),
        ("GET", f"/{key}"),
        ("POST", ""),
        ("PATCH", f"/{key}"),
        ("DELETE", f"/{key}"),
    ):
        answer = stranger.request(f"{url}{address}", method=method, body=b"{}", expect_errors=True)
        if answer.status_int != 401 or visit.versions([key]) != before:
            yield f"{url}: a stranger who asks {method} {address!r} is answered {answer.status}"
