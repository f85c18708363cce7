"""Statements that the server has seen before, kept ready in its connections.

To parse and plan a page of a list under row-level security takes the server longer than to run it. What a connection
is asked for the third time is prepared there (`PREPARE`), and only executed from then on.

    by_ids(…)   ids become parameters of the server, one plan serves every caller and record: for statements whose
                plan is the same for each id, as one that looks up records by them
    WHOLE       the statement with all its values: where the best plan depends on an id, as in the list of an owner
                who may have three rows or all of them

All other values (states, words, dates, caps) stay in the statement in both, so that the server plans for them. Where a
pooler stands between us and the server, nothing is prepared: it may give each transaction another connection.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg2.errors import FeatureNotSupported
from psycopg2.extensions import AsIs
from sqlalchemy import BigInteger, Engine, event

from core.orm.retrying import Overtaken
from core.orm.trust import TRUSTED

USES_BEFORE: Final = 2
"""What is asked less often is not worth its room in the server."""
MOST_KEPT: Final = 100
"""Prepared statements of a connection; the server holds some 230 kB for each."""
_MOST_NOTED: Final = 2_000
_OPTION: Final = "keyuan_prepared"
_PLANNED_FOR: Final = "company_id"
"""Ids that stay as they are: beside many small companies a large one needs plans of its own."""
_SHELF: Final = "keyuan.prepared"
Options = Mapping[str, Any]
_Key = tuple[Any, ...]


def by_ids(*names: str) -> Options:
    """Execution options for a trusted statement of which every id is a parameter; `names` are those of lists of ids."""
    return TRUSTED | {_OPTION: frozenset(names)}


WHOLE: Final[Options] = TRUSTED | {_OPTION: None}
"""Execution options for a trusted statement that is prepared with all its values."""


def prepare_statements(engine: Engine) -> None:
    """Let the connections of an engine keep statements ready, those that are the server's own."""
    event.listen(engine, "connect", _open_shelf)
    event.listen(engine, "do_execute", _execute)


def _open_shelf(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        if cursor.fetchone()[0] == connection.info.backend_pid:  # a pooler answers with a number of its own
            cursor.execute("set plan_cache_mode = force_generic_plan")
            record.info[_SHELF] = Shelf()
    connection.commit()


def _execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    options = context.execution_options
    if _OPTION not in options or not isinstance(parameters, dict):
        return False
    shelf: Shelf | None = context.root_connection.connection.info.get(_SHELF)
    if shelf is None:
        return False
    names = options[_OPTION]
    ids = () if names is None else _ids(context.compiled, parameters, names)
    return shelf.run(cursor, statement, parameters, ids)


def _ids(compiled: Any, parameters: Mapping[str, Any], names: frozenset[str]) -> Sequence[str]:
    """The names of the parameters that are ids, or lists of them that may be any."""
    return [
        name for name, bind in compiled.binds.items()
        if name in parameters and not bind.expanding and not name.startswith(_PLANNED_FOR)
        and (_is_id(bind.type, parameters[name]) or name in names)
    ]  # fmt: skip


def _is_id(kind: Any, value: Any) -> bool:
    return isinstance(kind, BigInteger) and type(value) is int


class Shelf:
    """The statements that one connection keeps ready, the one used last at the end."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, str] = OrderedDict()
        self._noted: dict[int, int] = {}
        self._made = 0
        self._gone: list[str] = []

    def run(self, cursor: Any, statement: str, parameters: Mapping[str, Any], ids: Sequence[str]) -> bool:
        """Execute a statement as a prepared one; False where it is to be run as it is."""
        key = _key_of(statement, parameters, ids)
        if key is None:
            return False
        name = self._kept.get(key)
        given = ", ".join(_written(parameters[one]) for one in ids)
        call = f"({given})" if given else ""
        if name is not None:
            self._kept.move_to_end(key)
            self._run_kept(cursor, key, f"execute {name}{call}")
            return True
        if not self._is_due(hash(key)):
            return False
        self._made += 1
        name = f"keyuan_{self._made}"
        cursor.execute(
            self._prepare(cursor, name, statement, parameters, ids) + f"execute {name}{call}".encode()
        )
        self._kept[key] = name
        if len(self._kept) > MOST_KEPT:
            self._gone.append(self._kept.popitem(last=False)[1])
        return True

    def _is_due(self, key: int) -> bool:
        if len(self._noted) > _MOST_NOTED:
            self._noted.clear()
        uses = self._noted.get(key, 0)
        if uses < USES_BEFORE:
            self._noted[key] = uses + 1
            return False
        del self._noted[key]
        return True

    def _prepare(self, cursor: Any, name: str, statement: str, parameters: Mapping[str, Any],
                 ids: Sequence[str]) -> bytes:  # fmt: skip
        numbered = {one: AsIs(f"${n}") for n, one in enumerate(ids, 1)}
        kinds = ", ".join("bigint" if type(parameters[one]) is int else "bigint[]" for one in ids)
        gone = "".join(f"deallocate {one}; " for one in self._gone)
        self._gone.clear()
        begins = f"{gone}prepare {name}{f'({kinds})' if kinds else ''} as "
        written: bytes = cursor.mogrify(statement, {**parameters, **numbered})
        return begins.encode() + written + b"; "

    def _run_kept(self, cursor: Any, key: _Key, call: str) -> None:
        try:
            cursor.execute(call)
        except FeatureNotSupported as error:  # a column has another type than when the statement was prepared
            self._gone += self._kept.values()
            self._kept.clear()
            raise Overtaken from error
        except Exception:
            self._gone.append(self._kept.pop(key))
            raise


def _written(value: Any) -> str:
    """An id, or a list of ids, as a literal. Raises ValueError for anything else."""
    if type(value) is int:
        return str(value)
    return "'{" + ",".join(str(int(one)) for one in value) + "}'"


def _key_of(statement: str, parameters: Mapping[str, Any], ids: Sequence[str]) -> _Key | None:
    """The statement with the values that stay in it, each with its type: 1, 1.0 and true are different to the server.
    None where a value has no hash.
    """
    key = (statement, *(
        (type(value), tuple(value) if type(value) is list else value)
        for name, value in parameters.items() if name not in ids
    ))  # fmt: skip
    try:
        hash(key)
    except TypeError:
        return None
    return key
