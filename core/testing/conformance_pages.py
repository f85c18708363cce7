"""Whether the pages do what the kernel says: the same verbs by HTTP, for every model and person.

Each check asks real addresses of the application and compares answer, status and effect with `Claims`. What somebody
may not see is answered exactly as what never was. Nothing here knows a model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from webtest import TestApp, TestResponse

from core.testing.claims import MISSING, Claims
from core.testing.conformance import Population
from core.web.csrf import FIELD

Problems = Iterator[str]
REFUSED: Final = (403, 404)
OTHERWISE: Final = frozenset({"base.attachment"})
"""Models whose addresses lead to pages of another kind."""
_CHANGING: Final = re.compile(r"[0-9a-f]{12,}|\b\d+\b")
"""What two answers to the same question differ in: numbers of errors, ids."""
_SUM_OF_GROUPS: Final = re.compile(r"([\d,]+) in [\d,]+ group")


@dataclass
class Visit:
    """One person at the records of one model. `versions` gives id -> version of live records, past all rights."""

    browser: TestApp
    token: str
    claims: Claims
    population: Population
    files: Mapping[int, int]
    """Record -> attachment."""
    secret: frozenset[str]
    """Texts that no answer to this person may contain."""
    versions: Callable[[Iterable[int]], Mapping[int, int]]
    leaks: list[str] = field(default_factory=list)
    """Secrets that were told, and faults, whatever was asked."""

    @property
    def url(self) -> str:
        return f"/r/{self.claims.info.key}"

    def get(self, address: str, asked: str = "") -> TestResponse:
        """The answer; `asked` is what the address itself says, which the page may repeat."""
        answer = self.browser.get(address, status="*")
        told = (text for text in self.secret if text in answer.text and text != asked)
        self.leaks += [f"GET {address} tells of {text!r}" for text in told]
        if answer.status_int >= 500:
            self.leaks.append(f"GET {address} is answered {answer.status}")
        return answer

    def asked(self, address: str, word: str) -> TestResponse:
        return self.get(f"{address}{urlencode({'q': word})}", word)

    def words(self) -> dict[int, str]:
        """What a record that is seen is called, and one of this company and one of another that are not."""
        claims, people = self.claims, self.population
        kinds = (claims.seen, people.live - claims.seen, people.foreign - claims.seen)
        found = [sorted(claims.words.keys() & kind)[:1] for kind in kinds]
        return {key: claims.words[key] for keys in found for key in keys}

    def post(self, address: str, /, **values: Any) -> int:
        answer = self.browser.post(address, {FIELD: self.token, **values}, status="*")
        if answer.status_int >= 500:
            self.leaks.append(f"POST {address} is answered {answer.status}")
        return int(answer.status_int)

    def samples(self, action: str, *without: str) -> Iterator[tuple[int, str]]:
        """A record of each standing to this person, with its standing: what counts is the kind, not the number."""
        claims, people = self.claims, self.population
        kinds = {
            "allowed": claims.reach[action], "seen": claims.seen - claims.reach[action],
            "in the bin": claims.binned, "hidden": people.live - claims.seen,
            "of another company": people.foreign - claims.seen - claims.binned,
            "hidden in the bin": people.binned - claims.binned, "missing": frozenset({MISSING}),
        }  # fmt: skip
        for kind, ids in kinds.items():
            if ids and kind not in without:
                yield max(ids), kind


def text_of(answer: TestResponse) -> str:
    """What an answer says, without what is different each time."""
    page = answer.html.find("main") or answer.html
    return _CHANGING.sub("…", page.get_text(" ", strip=True))


def strange_answers(visit: Visit) -> Problems:
    """Reading: list, search, groups, proposals, the record's page, its files. Changes nothing."""
    for check in (_lists, _searches, _proposals, _pages, _files):
        for problem in check(visit):
            yield f"{visit.claims.info.key}: {problem}"


def _lists(visit: Visit) -> Problems:
    claims = visit.claims
    answer = visit.get(f"{visit.url}?view=list&preset=&limit=500")
    if claims.info.key in OTHERWISE:
        return
    expected = 200 if "read" in claims.allowed else 403
    if answer.status_int != expected:
        yield f"the list is answered {answer.status}, not {expected}"
    elif expected == 200:
        shown = {int(key) for key in re.findall(rf'href="{re.escape(visit.url)}/(\d+)"', answer.text)}
        if shown & visit.population.all != claims.seen:
            yield f"the list shows {sorted(shown & visit.population.all)} where there are {sorted(claims.seen)}"
    if claims.grouping is not None:
        grouped = visit.get(f"{visit.url}?view=list&preset=&group={claims.grouping}")
        total = _SUM_OF_GROUPS.search(grouped.text)
        if total is None or int(total[1].replace(",", "")) != claims.count:
            yield f"the groups by {claims.grouping} have {total and total[1]} rows, not {claims.count}"


def _searches(visit: Visit) -> Problems:
    """The list's own search and the one for everything, by the words of records that are seen and that are not."""
    claims = visit.claims
    for key, word in visit.words().items():
        link = f'href="{visit.url}/{key}"'
        found = visit.asked(f"{visit.url}?view=list&preset=&", word)
        if claims.info.key not in OTHERWISE and (link in found.text) != (key in claims.seen):
            yield f"searching for {word!r} {'hides' if key in claims.seen else 'shows'} it"
        if link in visit.asked("/search?", word).text and key not in claims.seen:
            yield f"the search for everything shows {word!r}"


def _proposals(visit: Visit) -> Problems:
    claims = visit.claims
    if claims.pointing is None:
        return
    model, name, everything = claims.pointing
    for key, word in visit.words().items():
        answer = visit.asked(f"/r/{model}/choices?field={name}&", word)
        if answer.status_int != 200:
            yield f"proposals are answered {answer.status}"
            continue
        found = key in {one for one, _label in answer.json}
        if found and key not in claims.seen:
            yield f"the proposals show {word!r}"
        if everything and not found and key in claims.seen:
            yield f"the proposals hide {word!r}"


def _pages(visit: Visit) -> Problems:
    claims = visit.claims
    missing = text_of(visit.get(f"{visit.url}/{MISSING}"))
    for key, kind in visit.samples("update"):
        page = visit.get(f"{visit.url}/{key}")
        expected = 403 if "read" not in claims.allowed else 200 if key in claims.seen else 404
        if page.status_int != expected and claims.info.key not in OTHERWISE:
            yield f"the page of one that is {kind} is answered {page.status}, not {expected}"
        if expected == 404 and kind != "in the bin" and text_of(page) != missing:
            yield f"the page of one that is {kind} is not that of a missing one"
        if kind in ("missing", "hidden in the bin"):
            continue
        form = visit.get(f"{visit.url}/{key}/edit").status_int
        wanted = (
            200 if kind == "allowed" else 403 if "update" not in claims.allowed or kind == "seen" else 404
        )
        if form != wanted and not (form == 409 and kind == "allowed"):
            yield f"the form of one that is {kind} is answered {form}, not {wanted}"


def _files(visit: Visit) -> Problems:
    for key, kind in visit.samples("read", "missing") if visit.files else ():
        page, content = (
            f"/r/base.attachment/{visit.files[key]}",
            f"/r/base.attachment/{visit.files[key]}/file/content",
        )
        panel = f"{visit.url}/{key}/attachments"
        for address in (panel, page, content) if kind in ("allowed", "hidden") else (content,):
            status = visit.get(address).status_int
            if (status == 200) != (kind == "allowed") or (status != 200 and status not in REFUSED):
                yield f"{address}, of one that is {kind}, is answered {status}"
