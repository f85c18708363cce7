"""Sealing the audit: its rows are chained in batches behind the oldest running transaction, by the owner alone.

    rows by (txid, id) ->  leaf, leaf, leaf, …        24 bytes each: the id, and the beginning of the row's hash
                                   |
    seal 7   digest = sha256(digest of seal 6, limits of the batch, leaves)
    seal 8   digest = sha256(digest of seal 7, …)

No row below the oldest running transaction can come any more, so a batch is never changed after it was sealed. Values
are not part of a leaf, only their salted digests: a person's values and salts can be erased, and the chain still
verifies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Engine, desc, insert, select, text

from core.orm.audit_tables import audit_seal

BATCH: Final = 10_000
"""Rows of one seal; each is one transaction, which nobody waits for."""
LEAF_BYTES: Final = 24
_FIRST: Final = sha256(b"keyuan audit").hexdigest()
"""What stands for the digest before the first seal."""

LEAF: Final = (
    "int8send(id) || substring(sha256(convert_to(jsonb_build_array(id, (extract(epoch from at) * 1000000)::bigint, "
    "txid, company_id, model, record_id, version, operation, request_id, channel, user_id, real_user_id, reason, "
    "digests)::text, 'UTF8')) from 1 for 16)"
)
AFTER: Final = "id > :above and (txid, id) > (:txid, :id)"
"""The rows of an epoch behind a place."""

_LOCK: Final = text("select pg_try_advisory_xact_lock(hashtextextended('keyuan.audit_seal', 0))")
_SNAPSHOT: Final = text(
    "select pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint from pg_current_snapshot() s"
)
_NEXT: Final = text(
    f"select id, txid, {LEAF} from core.audit where {AFTER} and txid >= :least and txid < :oldest "
    "order by txid, id limit :most"
)
_NO_LIMIT: Final = 2**63 - 1


@dataclass(frozen=True)
class Place:
    """How far the chain has come."""

    epoch: int = 1
    txid: int = 0
    id: int = 0
    above_id: int = 0
    highest_id: int = 0
    digest: str = _FIRST


def place_of(connection: Connection) -> Place:
    """Where the last seal ends."""
    columns = audit_seal.c
    last = connection.execute(select(audit_seal).order_by(desc(columns.number)).limit(1)).one_or_none()
    if last is None:
        return Place()
    return Place(last.epoch, last.until_txid, last.until_id, last.above_id, last.highest_id, last.digest)


def seal_audit(engine: Engine, *, most_batches: int | None = None, batch: int = BATCH,
               tell: Callable[[int], None] | None = None) -> int:  # fmt: skip
    """Seal what can be sealed, a transaction for each batch; gives the number of rows. `engine` is the owner's.

    Where another process is at it already, that one does the work. May be killed at any time. `tell` hears how many
    rows it were so far.
    """
    sealed = batches = 0
    while most_batches is None or batches < most_batches:
        with engine.begin() as connection:
            found = seal_batch(connection, batch)
        sealed, batches = sealed + found, batches + 1
        if not found:
            break
        if tell is not None:
            tell(sealed)
    return sealed


def seal_batch(connection: Connection, most: int = BATCH) -> int:
    """Seal the next rows in the connection's transaction; gives how many, 0 also where another process is sealing."""
    if not connection.execute(_LOCK).scalar_one():
        return 0
    place = place_of(connection)
    oldest, newest = connection.execute(_SNAPSHOT).one()
    if oldest >= place.txid:
        return _seal(connection, place, most, least=0, oldest=oldest)
    left = _seal(connection, place, most, least=newest, oldest=_NO_LIMIT)
    if left:
        return left
    fresh = Place(place.epoch + 1, 0, 0, place.highest_id, place.highest_id, place.digest)
    return _seal(connection, fresh, most, least=0, oldest=oldest)


def _seal(connection: Connection, place: Place, most: int, *, least: int, oldest: int) -> int:
    """One seal of the rows behind `place`. In a database that was restored into another cluster the numbers of
    transactions begin anew: what waits from before has numbers from `least` on, which no transaction has had here.
    """
    limits = {"above": place.above_id, "txid": place.txid, "id": place.id}
    asked = {**limits, "least": least, "oldest": oldest, "most": most}
    rows = connection.execute(_NEXT, asked).all()
    if not rows:
        return 0
    leaves = b"".join(bytes(row[2]) for row in rows)
    values: dict[str, Any] = {
        "epoch": place.epoch, "from_txid": place.txid, "from_id": place.id, "until_txid": rows[-1].txid,
        "until_id": rows[-1].id, "above_id": place.above_id, "rows": len(rows), "leaves": leaves,
        "highest_id": max(place.highest_id, *(row.id for row in rows)), "previous": place.digest,
    }  # fmt: skip
    connection.execute(insert(audit_seal).values(**values, digest=digest_of(values)))
    return len(rows)


def digest_of(seal: Any) -> str:
    """The digest that a seal of these values has."""
    limits = (
        "previous",
        "epoch",
        "from_txid",
        "from_id",
        "until_txid",
        "until_id",
        "above_id",
        "highest_id",
        "rows",
    )
    head = "|".join(str(seal[name]) for name in limits)
    return sha256(head.encode() + b"|" + bytes(seal["leaves"])).hexdigest()
