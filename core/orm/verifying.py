"""Checking the sealed audit: every row and value against the chain, batch by batch, so that memory stays small.

What can be found: a row changed, removed or slipped in after its batch was sealed; a value that is not what its digest
says; a value that is gone without an erasure that asked for it; a seal changed or removed in the middle. That the last
seals were cut off together with their rows only somebody notices who has noted a digest elsewhere (`expected`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, select, text

from core.orm.audit_tables import audit, audit_seal, erasure
from core.orm.history import value_digest
from core.orm.sealing import AFTER, LEAF, LEAF_BYTES, Place, digest_of, place_of

_ROWS: Final = text(
    f"select id, {LEAF} as leaf, company_id, model, record_id, changes, digests from core.audit "
    f"where {AFTER} and id <= :ceiling and (txid, id) <= (:until_txid, :until_id) order by txid, id"
)
_NO_CEILING: Final = 2**63 - 1
_ALONE: Final = select(audit.c.id, audit.c.model, audit.c.record_id, audit.c.at)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed, in words; `row_id` of the audit where it is one row."""

    words: str
    row_id: int | None = None


@dataclass
class Verification:
    """What was looked at. `digest` is that of the last seal: who keeps it elsewhere can ask for it later."""

    seals: int = 0
    rows: int = 0
    erased: int = 0
    unsealed: int = 0
    digest: str = Place().digest
    digests: set[str] = field(default_factory=set)


class Verifier:
    """One run over the chain: `for finding in verifier.findings(): …`, then `verifier.seen`."""

    def __init__(self, connection: Connection, expected: str | None = None) -> None:
        self._connection, self._expected = connection, expected
        self.seen = Verification()
        self._erasures: dict[tuple[int, str], list[tuple[frozenset[int], frozenset[str]]]] = {}
        self._ceilings: dict[int, int] = {}
        """Of an epoch that is over, the id above which rows belong to the next."""

    def findings(self) -> Iterator[Finding]:
        """Everything that is not as it was sealed. The connection is the owner's."""
        self._learn_limits()
        known = Place().digest
        for seal in self._seals():
            yield from self._seal(seal, known)
            known = seal["digest"]
            self.seen.seals, self.seen.digest = self.seen.seals + 1, known
            if self._expected == known:
                self._expected = None
        if self._expected is not None:
            yield Finding(
                f"no seal has the digest {self._expected}: the end of the chain was cut off or replaced"
            )
        self.seen.unsealed = self._waiting()

    def _learn_limits(self) -> None:
        columns = (erasure.c.company_id, erasure.c.model, erasure.c.record_ids, erasure.c.fields)
        for company, model, ids, names in self._connection.execute(select(*columns)):
            found = self._erasures.setdefault((company, model), [])
            found.append((frozenset(ids), frozenset(names)))
        limits = select(audit_seal.c.epoch - 1, func.min(audit_seal.c.above_id)).group_by(audit_seal.c.epoch)
        self._ceilings = {row[0]: row[1] for row in self._connection.execute(limits)}

    def _seals(self) -> Iterator[RowMapping]:
        number = 0
        columns = audit_seal.c
        while True:
            wanted = select(audit_seal).where(columns.number > number).order_by(columns.number).limit(1)
            seal = self._connection.execute(wanted).mappings().one_or_none()
            if seal is None:
                return
            yield seal
            number = seal["number"]

    def _seal(self, seal: RowMapping, known: str) -> Iterator[Finding]:
        number = seal["number"]
        if seal["previous"] != known:
            yield Finding(
                f"seal {number} does not follow the one before it: a seal is missing or was changed"
            )
        if digest_of(seal) != seal["digest"]:
            yield Finding(f"seal {number} was changed: its digest is not that of what it holds")
        leaves = _unpacked(bytes(seal["leaves"]))
        if len(leaves) != seal["rows"]:
            yield Finding(f"seal {number} says {seal['rows']} rows and holds {len(leaves)}")
        asked = {"above": seal["above_id"], "txid": seal["from_txid"], "id": seal["from_id"],
                 "until_txid": seal["until_txid"], "until_id": seal["until_id"],
                 "ceiling": self._ceilings.get(seal["epoch"], _NO_CEILING)}  # fmt: skip
        for row in self._connection.execute(_ROWS, asked):
            self.seen.rows += 1
            leaf = leaves.pop(row.id, None)
            if leaf is None:
                yield Finding(f"row {row.id} was slipped in after seal {number} ({_place(row)})", row.id)
            elif leaf != bytes(row.leaf):
                yield Finding(f"row {row.id} was changed ({_place(row)})", row.id)
            else:
                yield from self._values(row)
        for row_id in leaves:
            yield self._lost(row_id)

    def _values(self, row: Any) -> Iterator[Finding]:
        changes = row.changes
        for name, digest in row.digests.items():
            change = changes.get(name)
            if change is not None and "s" in change:
                if value_digest(change.get("o"), change.get("n"), change["s"]) != digest:
                    yield Finding(f"row {row.id}: the value of {name} was changed ({_place(row)})", row.id)
            elif self._is_erased(row, name):
                self.seen.erased += 1
            else:
                yield Finding(f"row {row.id}: the value of {name} is gone ({_place(row)})", row.id)
        for name in changes.keys() - row.digests.keys():
            yield Finding(f"row {row.id}: a value of {name} was slipped in ({_place(row)})", row.id)

    def _is_erased(self, row: Any, name: str) -> bool:
        asked = self._erasures.get((row.company_id, row.model), ())
        return any(row.record_id in ids and name in names for ids, names in asked)

    def _lost(self, row_id: int) -> Finding:
        """A row that is not where it was sealed: changed so that it stands elsewhere, or removed."""
        row = self._connection.execute(_ALONE.where(audit.c.id == row_id)).first()
        if row is not None:
            return Finding(f"row {row_id} was changed ({_place(row)})", row_id)
        return Finding(f"row {row_id} is missing", row_id)

    def _waiting(self) -> int:
        """Rows that no seal covers yet."""
        place, count = place_of(self._connection), select(func.count()).select_from(audit)
        later = text(AFTER).bindparams(above=place.above_id, txid=place.txid, id=place.id)
        return int(self._connection.execute(count.where(later)).scalar_one())


def _unpacked(leaves: bytes) -> dict[int, bytes]:
    parts = (leaves[at : at + LEAF_BYTES] for at in range(0, len(leaves), LEAF_BYTES))
    return {int.from_bytes(part[:8], "big", signed=True): part for part in parts}


def _place(row: Any) -> str:
    return f"{row.model} {row.record_id}"
