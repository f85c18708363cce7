"""Numbers that an import has brought along stand where the counter is going to come: they are passed over.

A series in which gaps are allowed passes over whatever a record has. In one without gaps that is right only where the
record counts, for it keeps its number and nothing is missing. The number of a draft may still be given up: giving the
next one would leave a gap, so the step is refused, and the refusal names the number and the draft.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import StateForbids
from core.i18n import _
from core.orm.criteria import label_of, row_criteria
from core.orm.numbers import draw_numbers, give_back, is_without_gaps
from core.orm.trust import TRUSTED
from core.orm.uniques import holders

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env
    from core.orm.fields import Field


def taken(env: Env, info: ModelInfo, found: Field, numbers: Collection[str]) -> dict[str, int]:
    """Which of these numbers live records have, where the model keeps its numbers apart: number -> id."""
    if (found.name,) not in info.uniques:
        return {}
    held = holders(env, info, (found.name,), [(one,) for one in numbers])
    return {number: key for (number,), key in held.items()}


def untaken(
    env: Env, info: ModelInfo, found: Field, sequence: str, numbers: Sequence[str], also: Collection[str] = ()
) -> list[str]:
    """As many numbers as were drawn, in their order, and none that a record or one of `also` has. Raises StateForbids.

    Where many numbers lie in the way, ever more are drawn at once; what was drawn too much goes back to the counter.
    """
    free: list[str] = []
    drawn, wanted = list(numbers), len(numbers)
    while True:
        held = taken(env, info, found, drawn)
        for place, number in enumerate(drawn, start=1):
            if number in held:
                _refuse_drafts(env, info, found, sequence, number, held[number])
            elif number not in also:
                free.append(number)
            if len(free) == wanted:
                if place < len(drawn):
                    give_back(env, sequence, len(drawn) - place)
                return free
        drawn = draw_numbers(env, sequence, max(wanted - len(free), 2 * len(drawn)))


def _refuse_drafts(env: Env, info: ModelInfo, found: Field, sequence: str, number: str, key: int) -> None:
    """A draft that has the next number of a series without gaps."""
    if not found.final_in or info.state_field is None or not is_without_gaps(env, sequence):
        return
    cls, system = info.cls, env.sudo("numbers")
    counting = [info.states[one] for one in found.final_in]
    state = getattr(cls, info.state_field.name)
    draft = select(cls.id).where(cls.id == key, state.not_in(counting), *row_criteria(system, info, cls))
    if env.session.scalar(draft, execution_options=TRUSTED) is None:
        return
    seen = select(label_of(env, info, cls)).where(cls.id == key, *row_criteria(env, info, cls))
    name: Any = env.session.scalar(seen, execution_options=TRUSTED) if env.can("read", info.key) else None
    if name is None:
        text = _("The next number is {number}, and it belongs already to a draft that you cannot see ({model}). The "
                 "series has no gaps: that draft is confirmed or posted first, or deleted.",
                 number=number, model=info.label)  # fmt: skip
    else:
        text = _("The next number is {number}, and it belongs already to a draft: {model} {name}. The series has no "
                 "gaps: confirm or post that draft first, or delete it.",
                 number=number, model=info.label, name=name)  # fmt: skip
    raise StateForbids(text)
