"""Every way by which rows leave the product, asked for all records of a model at once: each gives ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from core.errors import AccessDenied, NotFound, UserError
from core.exchange.asked import Asked
from core.exchange.export_rows import Rows
from core.files.models import Attachment
from core.orm.at_once import sight_of
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.gathered_ids import gathered_criteria
from core.orm.grouping import Groups
from core.orm.history import entries_of
from core.orm.searching_all import first_hits
from core.orm.trust import TRUSTED
from core.testing.import_trials import taken_back

MOST = 100


def reading(
    env: Env, info: ModelInfo, everything: Collection[int], texts: Collection[str]
) -> dict[str, set[int]]:
    """What each way shows of the records `everything`; all live ones by the same question to each."""
    mine = info.cls.id.in_(everything)
    listed = ",".join(map(str, sorted(everything)))
    return {
        "get": set(_given(everything, lambda one: env.get(info.key, one))),
        "read": set(_given(everything, lambda one: env.read(info.key, one, ["text"]))),
        "list": _page(env, info, mine),
        "search words": set().union(*(_page(env, info, mine, search=text) for text in texts)),
        "search": {one.id for one in env.search(info.key, mine)},
        "autocomplete": {one for one, _label in env.complete(info.key, "", MOST, mine)},
        "autocomplete words": {one for text in texts for one, _l in env.complete(info.key, text, MOST, mine)},
        "search of everything": {one for text in texts for one in _hits(env, info, text) if one in {*everything}},
        "labels": set(env.labels(info.key, everything)),
        "filter": _page(env, info, env.condition(info.key, "id", "in", listed)),
        "any select": {one.id for one in env.scalars(select(info.cls).where(mine))},
        "within reach": set(env.session.scalars(env.within_reach(info.key).where(mine), execution_options=TRUSTED)),
        "history": {one for one in everything if _is_told(env, info, one)},
    }  # fmt: skip


def counts(env: Env, info: ModelInfo, everything: Collection[int]) -> dict[str, int]:
    """How many records each way of counting says there are."""
    mine = info.cls.id.in_(everything)
    return {
        "count": env.count(info.key, mine, cap=None).value,
        "counts": env.counts(info.key, [([mine], MOST)])[0].value,
        "counts apart": _counted_apart(env, info, mine),
        "group": sum(row.count for row in env.group(info.key, ["text"], (), mine)),
        "aggregate": int(env.rows(select(func.count(info.cls.id)).where(mine))[0][0]),
    }  # fmt: skip


def exported(env: Env, info: ModelInfo, everything: Collection[int]) -> set[int]:
    """The rows that a file holds; none for whoever may not export at all."""
    asked = Asked(info.key, columns=("text",), ids=tuple(everything))
    try:
        return {row[0] for page in Rows(asked, lambda: env) for row in page}
    except AccessDenied:
        return set()


def groups_of_owners(env: Env, info: ModelInfo, everything: Collection[int]) -> dict[int | None, int]:
    """How many records of each owner a chart shows."""
    found: Groups = env.group(info.key, ["owner"], (), info.cls.id.in_(everything))
    return {row.keys[0]: row.count for row in found}


def in_the_bin(env: Env, info: ModelInfo, everything: Collection[int]) -> dict[str, set[int]]:
    mine = info.cls.id.in_(everything)
    return {
        "get": set(_given(everything, lambda one: env.get(info.key, one, binned=True))),
        "list": _page(env, info, mine, binned=True),
        "search": {one.id for one in env.search(info.key, mine, binned=True)},
    }


def files(env: Env, everything: Collection[int]) -> set[int]:
    """Those of the attachments that the page of all files shows."""
    page = env.page(Attachment, ["id"], Attachment.id.in_(everything), limit=MOST)
    return {row[0] for row in page.rows}


def allowed(env: Env, info: ModelInfo, action: str, everything: Iterable[int]) -> set[int]:
    """The records of which `can` says yes; they are loaded past all rights to be asked about."""
    return {one.id for one in loaded(env, info, everything) if env.can(action, one)}


def explained(env: Env, info: ModelInfo, action: str, everything: Iterable[int]) -> set[int]:
    """The records of which the explanation says yes."""
    return {one for one in everything if env.policy.explain(info, action, one).allowed}


def possible(env: Env, info: ModelInfo, ids: Iterable[int], actions: Sequence[str]) -> dict[str, set[int]]:
    """By action the records whose page offers it."""
    found: dict[str, set[int]] = {action: set() for action in actions}
    for one in _given(ids, lambda one: env.read(info.key, one, [])):
        for action in env.look_at(info.key, one, [], actions)[1].actions:
            found[action].add(one)
    return found


def loaded(env: Env, info: ModelInfo, ids: Iterable[int]) -> list[Any]:
    """Records past all rights, as they are in the hands of somebody who should not have them."""
    found = select(info.cls).where(info.cls.id.in_(list(ids)))
    return list(env.session.scalars(found, execution_options=TRUSTED))


def done(env: Env, info: ModelInfo, deed: Callable[[int], Any], ids: Iterable[int]) -> set[int]:
    """The records with which the deed succeeds, one by one, each taken back."""
    return {one for one in ids if succeeds(env, deed, one)}


def succeeds(env: Env, deed: Callable[..., Any], *of: Any, other: tuple[type[UserError], ...] = ()) -> bool:
    """Whether nothing refuses, by lack of a right or in the `other` words; what was done is taken back."""
    with taken_back(env):
        try:
            deed(*of)
            env.flush()
        except (AccessDenied, NotFound, *other):
            return False
        except UserError as error:
            raise AssertionError(f"refused for another reason: {error!r}") from error
    return True


def _page(env: Env, info: ModelInfo, *where: Any, **options: Any) -> set[int]:
    return {row[0] for row in env.page(info.key, ["text"], *where, limit=MOST, **options).rows}


def _counted_apart(env: Env, info: ModelInfo, mine: Any) -> int:
    """As somebody has it counted who sees too many rows for one look."""
    sight = sight_of(env, info, gathered_criteria(env, info, info.cls))
    was, sight.is_short = sight.is_short, False
    try:
        return env.counts(info.key, [([mine], MOST)])[0].value
    finally:
        sight.is_short = was


def _hits(env: Env, info: ModelInfo, text: str) -> set[int]:
    return {one for one, _name in first_hits(env, [info], text, MOST).get(info.key, ())}


def _is_told(env: Env, info: ModelInfo, one: int) -> bool:
    """Whether there is a history of a live record; the bin's records have one as well."""
    return bool(entries_of(env, info, one))


def _given(ids: Iterable[int], ask: Callable[[int], Any]) -> Iterator[int]:
    for one in ids:
        try:
            ask(one)
        except NotFound:
            continue
        yield one
