"""What the caller may do with one record: many questions, decided in one statement."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from core.errors import NotFound
from core.orm.methods import Method, Where
from core.orm.reading import answer, question

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

K = TypeVar("K", bound=Hashable)
AnyMethod = Method[..., Any]


def reachable_actions(
    env: Env, info: ModelInfo, record_id: int, actions: Sequence[str], *, binned: bool = False
) -> frozenset[str]:
    """Those of `actions` for which the caller has the right, and the record is within reach of it."""
    return _decided(env, info, record_id, _rights(env, info, actions), binned=binned)


def allowed_methods(env: Env, info: ModelInfo, record: Any) -> list[AnyMethod]:
    """The methods that this caller may run on this record now: its buttons."""
    offered = _offered(env, info, record)
    allowed = _decided(env, info, record.id, offered)
    return [method for method in offered if method in allowed]


def has_something_to_do(env: Env, info: ModelInfo, record_id: int, method: AnyMethod) -> bool:
    """Whether the method has something to do on the record as it stands, whoever asks."""
    if method.when is None:
        return True
    return method in _decided(env, info, record_id, {method: [method.when(env)]})


class Possibilities(NamedTuple):
    """What a caller may do with one record; `methods` are those the caller's rights allow, in whatever state.
    `masked` are fields whose values are kept from the caller on this record.
    """

    actions: frozenset[str]
    methods: list[AnyMethod]
    masked: frozenset[str] = frozenset()


class Kept(NamedTuple):
    """The question whether a field is kept from the caller on the row."""

    name: str


def questions(env: Env, info: ModelInfo, actions: Sequence[str]) -> dict[str | AnyMethod | Kept, list[Where]]:
    """What has to be asked of a row for all of it, before its state is known."""
    asked: dict[str | AnyMethod | Kept, list[Where]] = {}
    asked.update(_rights(env, info, actions))
    asked.update({Kept(name): [where] for name, where in env.policy.masks(info).items()})
    for method in _of_caller(env, info):
        asked[method] = _rows(env, info, method.right) + _own(env, method)
    return asked


def _rights(env: Env, info: ModelInfo, actions: Iterable[str]) -> dict[str, list[Where]]:
    return {one: _rows(env, info, one) for one in actions if env.policy.allowed(info, one)}


def _offered(env: Env, info: ModelInfo, record: Any) -> dict[AnyMethod, list[Where]]:
    """The methods that the record's state and the caller's rights leave, and what each of them asks of the row."""
    state = info.state_of(record)
    return {
        method: _rows(env, info, method.right) + _own(env, method)
        for method in _of_caller(env, info)
        if method.allowed_from(state)
    }


def _of_caller(env: Env, info: ModelInfo) -> list[AnyMethod]:
    return [
        method for method in info.methods.values()
        if not method.automatic and method.addon in env.addons and env.policy.offers(info, method)
    ]  # fmt: skip


def _rows(env: Env, info: ModelInfo, action: str) -> list[Where]:
    where = env.policy.where(info, action)
    return [] if where is None else [where]


def _own(env: Env, method: AnyMethod) -> list[Where]:
    own = [method.by(env)] if method.by is not None and not env.is_system else []
    return [*own, method.when(env)] if method.when is not None else own


def _decided(
    env: Env, info: ModelInfo, record_id: int, asked: Mapping[K, Sequence[Where]], *, binned: bool = False
) -> frozenset[K]:
    """Those whose conditions hold for the row; none for a row that the caller may not see."""
    if not asked:
        return frozenset()
    try:
        return answer(env, question(env, info, (), asked, binned=binned), record_id)[1]
    except NotFound:
        return frozenset()
