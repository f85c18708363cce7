"""Work of the kernel's own addon that is too much for one click."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.api import Env, _, job
from core.base.models.hand_over import DONE, RETURNING, RUNNING, UNDONE, HandOver
from core.base.services.hand_over import carry_out, lines_of, take_back
from core.lifecycle.accounts import remind_of_keys


@job(_("Hand over records"))
def hand_over_records(env: Env, run: Any, hand_over: int) -> dict[str, Any]:
    """Carry out a hand-over, or take it back, whichever was asked for and has not been stopped since."""
    record: Any = env.get(HandOver, hand_over)
    steps = {RUNNING: ("carry_out", carry_out, DONE), RETURNING: ("take_back", take_back, UNDONE)}
    if record.state not in steps:
        return {"moved": 0}
    operation, work, state = steps[record.state]
    total = sum(line.moved or line.open for line in lines_of(env, record) if not line.stays)
    done = 0

    def step(number: int) -> None:
        nonlocal done
        done += number
        run.step(done, total)

    with env.granting([record], operation):
        work(env, record, step)
        record.state = state
    env.notify(
        [env.user_id],
        _("The hand-over {code} is over: {state}.", code=record.code, state=state.label),
        record,
    )
    return {"moved": done}


@job(_("Remind of API keys that expire"), every=timedelta(days=1))
def remind_of_api_keys(env: Env, run: Any) -> dict[str, Any]:
    """Users are told a week before, once for each key."""
    return {"reminded": remind_of_keys(env)}
