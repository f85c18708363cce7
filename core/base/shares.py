"""The page of what is shared by hand: with the caller, and by the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.api import BadRequest, Env, LazyString, Page, Share, _

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One share; `record` is None where the record is gone, or no longer the caller's to see."""

    id: int
    kind: LazyString | str
    record: str | None
    url: str | None
    person: str
    may: LazyString | str
    until: date | None
    is_over: bool


def shares(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """The newest shares with the caller and by the caller; `received` and `given` are the ids to go on below."""
    share: Any = env.info(Share).cls
    received = _rows(env, share.user_id == env.user_id, params.get("received"))
    given = _rows(env, share.created_by_id == env.user_id, params.get("given"))
    names = env.user_names([one for row in [*received, *given] for one in (row.user_id, row.created_by_id)])
    labels = env.labels_of(_wanted(env, [*received, *given]))
    return {
        "received": [_line(env, row, labels, names.get(row.created_by_id, "")) for row in received[:SHOWN]],
        "given": [_line(env, row, labels, names.get(row.user_id, "")) for row in given[:SHOWN]],
        "more_received": f"?received={received[SHOWN - 1].id}" if len(received) > SHOWN else None,
        "more_given": f"?given={given[SHOWN - 1].id}" if len(given) > SHOWN else None,
    }


def _rows(env: Env, where: Any, after: str | None) -> Sequence[Any]:
    conditions = [where]
    if after:
        if not (after.isascii() and after.isdecimal() and len(after) < 19):
            raise BadRequest()
        conditions.append(env.info(Share).cls.id < int(after))
    return env.search(Share, *conditions, order="-id", limit=SHOWN + 1)


def _wanted(env: Env, rows: Sequence[Any]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for row in rows:
        info = env.composition.models.get(row.model)
        if info is not None and info.addon in env.addons and env.can("read", info.key):
            wanted.setdefault(row.model, set()).add(row.record_id)
    return wanted


def _line(env: Env, row: Any, labels: Mapping[tuple[str, int], str], person: str) -> Line:
    info = env.composition.models.get(row.model)
    record = labels.get((row.model, row.record_id))
    may = dict(env.info(Share).fields["may"].choices)[row.may]
    today = env.clock().astimezone(env.timezone).date()
    return Line(
        row.id, info.label if info is not None else row.model, record,
        f"/r/{row.model}/{row.record_id}" if record is not None else None, person, may, row.until,
        row.until is not None and row.until < today,
    )  # fmt: skip


SHARES = Page("base.shares", _("Shared by hand"), "shares.pt", shares)
