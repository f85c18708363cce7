"""Emptying an addon in one company: all of its live records there go into the bin, from where they can come back.

What refers to a record goes before it, and what is part of one goes with it, so that restoring a record brings back
what it had. Records that something outside still refers to stay, as at any deletion. Each chunk is a transaction of its
own; a killed job goes on with what is still there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from core.automation.jobs import job
from core.automation.queue import enqueue
from core.errors import AccessDenied, NotFound, UserError
from core.i18n import LazyString, _
from core.lifecycle.activation import ADMINISTRATORS
from core.lifecycle.errors import UnknownAddon
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.criteria import display_of
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED

CHUNK: Final = 200
_NEVER: Final = 2**63 - 1


@dataclass(frozen=True)
class Going:
    """Live records of one model: how many there were, how many of them stay, and why.

    What `is_tried` is exact; otherwise more may stay.
    """

    info: ModelInfo
    rows: int
    staying: int = 0
    why: LazyString | None = None
    is_tried: bool = True


@dataclass(frozen=True)
class Emptied:
    """What became of the records, model by model."""

    models: tuple[Going, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Records in the bin, by the key of their model."""
        return {one.info.key: one.rows - one.staying for one in self.models if one.rows > one.staying}

    @property
    def left(self) -> dict[str, int]:
        """Records that stay."""
        return {one.info.key: one.staying for one in self.models if one.staying}


def empty(env: Env, addon: str, step: Callable[[int, int], object] | None = None) -> Emptied:
    """Put the addon's records of the Env's company into the bin, and commit after each chunk.

    `step(done, total)` is told after each, and may raise to end it: what is done stays done.
    """
    _refuse_others(env)
    with kernel_there(env, addon) as system:
        return Emptying(system, models_to_empty(system, addon), step).run()


@job(_("Empty an addon"))
def empty_addon(env: Env, run: Any, *, addon: str) -> dict[str, Any]:
    """Asked for by an administrator, with the right that they have now."""
    done = empty(env, addon, run.step)
    why = [str(one.why) for one in done.models if one.why is not None]
    return {"records": sum(done.counts.values()), "left": sum(done.left.values()), "why": why}


def ask_empty(env: Env, addon: str) -> int:
    """Put the work into the queue, once; gives the job. Raises `AccessDenied` and `UnknownAddon`."""
    _refuse_others(env)
    if addon not in env.composition.addons:
        raise UnknownAddon(addon)
    return enqueue(env, empty_addon, unique_key=f"empty {addon}", addon=addon)


def _refuse_others(env: Env) -> None:
    if not env.is_system and env.roles.isdisjoint(ADMINISTRATORS):
        raise AccessDenied()


def kernel_there(env: Env, addon: str) -> Any:
    """The kernel's Env in this company, for an addon that is switched off there as well."""
    if addon not in env.composition.addons:
        raise UnknownAddon(addon)
    return system_env(env, env.company_id, env.addons | {addon}, _("emptying the addon {addon}", addon=addon))


def models_to_empty(env: Env, addon: str) -> list[ModelInfo]:
    """The addon's models with rows of companies, each after those that refer to it and the one that it is part of."""
    waiting = [
        one for one in reversed(list(env.composition.models.values()))
        if one.addon == addon and one.kind in ("company", "shared")
    ]  # fmt: skip
    ordered: list[ModelInfo] = []
    while waiting:
        free = (
            one
            for one in waiting
            if not any(_goes_first(other, one) for other in waiting if other is not one)
        )
        ordered.append(next(free, waiting[0]))
        waiting.remove(ordered[-1])
    return ordered


def _goes_first(info: ModelInfo, than: ModelInfo) -> bool:
    """Whether records of `info` go before those of `than`: these are parts of them, or referred to by them."""
    if any(other is than and found.on_delete == "part_of" for other, found in info.references):
        return True
    ways = [found.on_delete for other, found in than.references if other is info]
    return bool(ways) and "part_of" not in ways


def final_states(info: ModelInfo) -> list[Any]:
    """States that shut a record for everyone."""
    return [state for state in info.states.values() if state.final]


def _open(info: ModelInfo) -> Iterator[Any]:
    """A condition on records that a state does not shut for everyone."""
    if info.state_field is not None and (final := final_states(info)):
        yield getattr(info.cls, info.state_field.name).not_in(final)


def _live(env: Env, info: ModelInfo) -> list[Any]:
    return [info.cls.company_id == env.company_id, info.cls.deleted_at.is_(None)]


def count_live(env: Env, info: ModelInfo, *where: Any) -> int:
    asked = select(func.count(info.cls.id)).where(*_live(env, info), *where)
    return int(env.session.scalar(asked, execution_options=TRUSTED) or 0)


def why_it_stays(info: ModelInfo, example: LazyString | str | None) -> LazyString:
    """In words, with the reason of one record where it gave one."""
    if info.is_immutable:
        return _("What is written stays as it is.")
    if example is not None:
        return _("For example: {reason}", reason=example)
    return _("What is closed, or part of something that stays, stays as it is.")


class Emptying:
    """One run: passes over the models, as long as a pass frees what an earlier one had to leave.

    Parts go with their wholes only: an order that stays keeps its lines. `keep` is called after each chunk, and
    commits. `examples` has the reason of one record of each model that stays.
    """

    def __init__(
        self,
        env: Env,
        models: Sequence[ModelInfo],
        step: Callable[[int, int], object] | None = None,
        keep: Callable[[], object] | None = None,
    ) -> None:
        self.env, self.step, self.keep = env, step, keep or env.commit
        self.examples: dict[ModelInfo, tuple[int, LazyString | str]] = {}
        self.models = [info for info in models if not info.is_immutable and info.whole not in models]
        self.before = {info: count_live(env, info) for info in models}
        self.done = 0

    def run(self) -> Emptied:
        while True:
            self.examples.clear()
            if not sum([self._pass(info) for info in self.models]) or not self.examples:
                break
        return Emptied(tuple(self._outcome()))

    def _outcome(self) -> Iterator[Going]:
        for info in (info for info, rows in self.before.items() if rows):
            staying = count_live(self.env, info)
            why = why_it_stays(info, self._example(info)) if staying else None
            yield Going(info, self.before[info], staying, why)

    def _example(self, info: ModelInfo) -> LazyString | str | None:
        """The reason of one record, which is named unless the reason does so."""
        if info not in self.examples:
            return None
        key, reason = self.examples[info]
        if info.fields[info.display].kind in TO_ONE:
            return reason
        wanted = select(display_of(info, info.cls, self.env.language)).where(info.cls.id == key)
        name = self.env.session.scalar(wanted, execution_options=TRUSTED)
        if not name or str(name) in str(reason):
            return reason
        return _("{record}: {reason}", record=str(name), reason=reason)

    def _pass(self, info: ModelInfo) -> int:
        """One look at all live records of a model, the youngest first, since the elder are referred to."""
        gone, last = 0, _NEVER
        while True:
            wanted = select(info.cls.id).where(*_live(self.env, info), *_open(info), info.cls.id < last)
            ids = self.env.scalars(wanted.order_by(info.cls.id.desc()).limit(CHUNK))
            if not ids:
                return gone
            last = ids[-1]
            gone += self._bin(info, ids)
            self.keep()
            self._tell(gone)

    def _bin(self, info: ModelInfo, ids: Collection[int]) -> int:
        """Put records into the bin, but those that refuse; gives how many went."""
        wanted = sorted(ids)
        try:
            with attempt(self.env):
                self.env.delete(self.env.get_many(info.key, wanted))
        except UserError as refused:
            if len(wanted) == 1 and isinstance(
                refused, NotFound
            ):  # it went with the record that it is part of
                return 0
            if len(wanted) > 1:
                middle = len(wanted) // 2
                return self._bin(info, wanted[:middle]) + self._bin(info, wanted[middle:])
            self.examples.setdefault(info, (wanted[0], refused.message))
            return 0
        self.done += len(wanted)
        return len(wanted)

    def _tell(self, gone: int) -> None:
        if self.step is not None:
            self.step(self.done, sum(self.before.values()))
