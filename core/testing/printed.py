"""Whether paper shows what the caller may print and nothing more: lists, records and the documents made of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from webtest import TestResponse

from core.errors import KeyuanError
from core.exchange.paper import document_of
from core.orm.compose import ModelInfo, composition
from core.orm.env import Env
from core.testing.conformance import Population
from core.testing.conformance_pages import OTHERWISE, REFUSED, Problems, Visit
from core.views.registry import registry_of
from core.views.resolve import papers_of
from core.web.csrf import FIELD


def wrong_prints(visit: Visit) -> Problems:
    """Previews of the list and of a record of each standing, on every paper that there is of it."""
    claims, info = visit.claims, visit.claims.info
    if info.key in OTHERWISE:
        return
    if not {"read", "print"} <= claims.allowed:
        key = max(visit.population.live, default=0)
        for address in (f"{visit.url}/print", *_addresses(info, key)):
            if (status := visit.get(address).status_int) not in REFUSED:
                yield f"{info.key}: {address} is answered {status} without the right to print"
        return
    shown, expected = _rows_on_paper(visit), len(claims.reach["print"])
    if shown != expected:
        yield f"{info.key}: the printed list has {shown} rows where {expected} may be printed"
    for key, kind in visit.samples("print", "missing", "hidden in the bin"):
        for address in _addresses(info, key):
            status = visit.get(address).status_int
            if status not in (_of_allowed(address) if kind == "allowed" else REFUSED):
                yield f"{info.key}: {address}, of one that is {kind}, is answered {status}"


def _of_allowed(address: str) -> tuple[int, ...]:
    """A document may still be none of the record's state, or have rows that the caller may not print."""
    return (200, 403, 409) if "/paper/" in address else (200,)


def _addresses(info: ModelInfo, key: int) -> list[str]:
    declared = registry_of().declared_for(info.key, frozenset(composition().addons))
    papers = [name for name, one in declared.items() if one.view.kind == "paper"]
    return [f"/r/{info.key}/{key}/print", *(f"/r/{info.key}/{key}/paper/{name}" for name in papers)]


def _rows_on_paper(visit: Visit) -> int | None:
    """How many of all the records come onto paper when somebody marks them all; None where that is refused."""
    wanted: dict[str, Any] = {
        FIELD: visit.token, "next": f"{visit.url}?view=list", "id": sorted(visit.population.all),
    }  # fmt: skip
    answer: TestResponse = visit.browser.post(f"{visit.url}/print", wanted, status="*")
    visit.leaks += [f"the printed list tells of {text!r}" for text in visit.secret if text in answer.text]
    return len(answer.html.select("main tbody tr")) if answer.status_int == 200 else None


def texts_on_paper(env: Env, population: Population) -> Iterator[str]:
    """What the documents of the records say, and what is said where there is none."""
    info = population.info
    if not env.can("print", info.key):
        return
    for paper in papers_of(env, info.key):
        for key in sorted(population.live):
            try:
                yield str(document_of(env, paper, key, "en"))
            except KeyuanError as refusal:
                yield str(refusal)
