"""Whether what the pages let somebody do is what the kernel says: changing, deleting, bringing back, making, in bulk.

Whoever may not is refused and nothing has changed; whoever may is not refused for lack of a right.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

from webtest import TestApp

from core.testing.claims import MISSING
from core.testing.conformance_pages import REFUSED, Problems, Visit
from core.web.csrf import FIELD

_numbers: Final[Iterator[int]] = itertools.count(1)
"""A text that is there already would change nothing."""


def wrong_deeds(visit: Visit) -> Problems:
    """Every verb that changes something, on a record of each standing."""
    for check in (_making, _changing, _in_bulk, _deleting):
        for problem in check(visit):
            yield f"{visit.claims.info.key}: {problem}"


def _making(visit: Visit) -> Problems:
    expected = 200 if "create" in visit.claims.allowed else 403
    if (status := visit.get(f"{visit.url}/new").status_int) not in (expected, 303):
        yield f"the empty form is answered {status}, not {expected}"
    if expected == 403 and (status := visit.post(f"{visit.url}/new")) != 403:
        yield f"making one is answered {status}"


def _changing(visit: Visit) -> Problems:
    typed = visit.claims.typed
    for key, kind in visit.samples("update", "missing"):
        before = visit.versions([key])
        values = {typed.name: f"changed to {next(_numbers)}"} if typed is not None else {}
        status = visit.post(f"{visit.url}/{key}/edit", version=str(before.get(key, 1)), **values)
        is_same = visit.versions([key]) == before
        if kind == "allowed" and (status in REFUSED or (status == 303 and values and is_same)):
            yield f"changing one that is {kind} is answered {status}{' without effect' if is_same else ''}"
        elif kind != "allowed" and (not is_same or (status not in REFUSED and (values or status != 303))):
            yield f"changing one that is {kind} is answered {status}{'' if is_same else ' and done'}"


def _in_bulk(visit: Visit) -> Problems:
    """One record that may be deleted and one that may not: all or nothing."""
    for key, kind in visit.samples("delete", "allowed", "missing", "in the bin", "hidden in the bin"):
        ids = [*sorted(visit.claims.reach["delete"])[:1], key]
        before = visit.versions(ids)
        status = visit.post(f"{visit.url}/bulk-delete", id=ids)
        if visit.versions(ids) != before or status not in (*REFUSED, 303):
            yield f"deleting one more that is {kind} is answered {status}"


def _deleting(visit: Visit) -> Problems:
    for key, kind in visit.samples("delete", "missing"):
        before = visit.versions([key])
        status = visit.post(f"{visit.url}/{key}/delete")
        after = visit.versions([key])
        if kind != "allowed" and (status not in REFUSED or after != before):
            yield f"deleting one that is {kind} is answered {status}{'' if after == before else ' and done'}"
        elif kind == "allowed" and (status in REFUSED or (status == 303 and after)):
            yield f"deleting one that is {kind} is answered {status}"
        elif status == 303:
            yield from _bringing_back(visit, key)


def _bringing_back(visit: Visit, key: int) -> Problems:
    """Or it is told why not: a record made up of anything may be one that nobody could make."""
    status = visit.post(f"{visit.url}/bin", id=[key])
    if not visit.versions([key]) and not visit.get(f"{visit.url}/bin").html.select(".ky-toast.is-danger"):
        yield f"bringing back what was deleted is answered {status}"


def open_doors(stranger: TestApp, visit: Visit) -> Iterator[str]:
    """What somebody who has not signed in gets to see or do: the way to the sign-in, and nothing else."""
    key = next(iter(sorted(visit.population.live)), MISSING)
    before = visit.versions([key])
    addresses = ("", f"/{key}", f"/{key}/edit", "/new", "/bin", f"/{key}/attachments", f"/choices?field=id&q={key}",
                 f"/{key}/file/content")  # fmt: skip
    for address in addresses:
        answer = stranger.get(f"{visit.url}{address}", status="*")
        if answer.status_int not in (302, 303, 401) or str(key) in answer.text.replace(f"/{key}", ""):
            yield f"{visit.claims.info.key}: a stranger at {address!r} is answered {answer.status}"
    token = stranger.get("/login").html.find("input", {"name": FIELD})["value"]
    for address in (f"/{key}/edit", f"/{key}/delete", "/new", "/bin", "/bulk-delete", f"/{key}/attachments"):
        answer = stranger.post(f"{visit.url}{address}", {FIELD: token, "id": key, "version": "1"}, status="*")
        if answer.status_int not in (303, 401, 403, 405) or visit.versions([key]) != before:
            yield f"{visit.claims.info.key}: a stranger who posts to {address!r} is answered {answer.status}"
