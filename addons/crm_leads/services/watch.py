"""What a day brings: stages that take too long, days that have come or passed, customers nobody speaks to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from addons.crm_base.services.superiors import superiors_of
from addons.crm_leads.services.stages import today
from core.api import Env, LazyString, _, _n, and_, case, func, key_of, literal, or_, select

CONTACT_DAYS: Final = {"a": 7, "b": 14}
"""Days without contact after which an opportunity of that importance counts as neglected."""
OTHER_CONTACT_DAYS: Final = 30
AGAIN_AFTER: Final = timedelta(days=7)
"""Nobody is reminded of the same opportunity more often."""
_BATCH: Final = 1000


def neglected(model: Any) -> Any:
    """Nobody has been in touch for longer than the importance allows."""
    days = case(
        *((model.importance == code, literal(n)) for code, n in CONTACT_DAYS.items()),
        else_=literal(OTHER_CONTACT_DAYS),
    )
    since = func.coalesce(model.last_contact_at, model.created_at)
    return since < func.now() - func.make_interval(0, 0, 0, days)


def report_slow_stages(env: Env) -> int:
    """Tell superiors of opportunities that are longer in their stage than the standard says, once for each stay."""
    from addons.crm_leads.models import Opportunity, StageStay
    from addons.crm_leads.states import OPEN

    slow = select(Opportunity.id).where(Opportunity.state == OPEN, Opportunity.days_left < 0)
    fresh = (StageStay.left_at.is_(None), StageStay.is_reported.is_(False), StageStay.opportunity.in_(slow))
    found: list[Any] = []
    while stays := env.search(StageStay, *fresh, order="id", limit=_BATCH):
        env.write(stays, is_reported=True)
        ids = [key for one in stays if (key := key_of(one, "opportunity")) is not None]
        found += env.get_many(Opportunity, ids)
    _tell_superiors(env, found, _slow)
    return len(found)


def remind(env: Env) -> int:
    """Remind owners of what is overdue, to be woken up or neglected; superiors are told where that did not help."""
    from addons.crm_leads.models import Opportunity

    found: list[Any] = []
    while some := env.search(Opportunity, _asks_for_a_reminder(env), order="id", limit=_BATCH):
        late = [one for one in some if one.reminded_on is not None and _is_neglected(env, one)]
        _tell_superiors(env, late, _to_transfer)
        env.write(some, reminded_on=today(env))
        found += some
    for where, words in ((_waits, _awake), (_is_late, _overdue), (_is_neglected, _silent)):
        _tell(env, [(key_of(one, "owner"), one) for one in found if where(env, one)], words)
    return len(found)


def _asks_for_a_reminder(env: Env) -> Any:
    from addons.crm_leads.models import Opportunity
    from addons.crm_leads.states import OPEN, SUSPENDED

    day = today(env)
    return and_(
        Opportunity.owner.is_not(None),
        or_(Opportunity.reminded_on.is_(None), Opportunity.reminded_on <= day - AGAIN_AFTER),
        or_(
            and_(Opportunity.state == SUSPENDED, Opportunity.wake_up_on <= day),
            and_(Opportunity.state == OPEN, or_(Opportunity.expected_close < day, neglected(Opportunity))),
        ),
    )


def _waits(env: Env, one: Any) -> bool:
    return bool(one.state.code == "suspended")


def _is_late(env: Env, one: Any) -> bool:
    late = one.expected_close is not None and one.expected_close < today(env)
    return bool(one.state.code == "open" and late)


def _is_neglected(env: Env, one: Any) -> bool:
    days = CONTACT_DAYS.get(one.importance, OTHER_CONTACT_DAYS)
    silent = (one.last_contact_at or one.created_at) < env.now - timedelta(days=days)
    return bool(one.state.code == "open" and silent)


def _tell_superiors(env: Env, records: Sequence[Any], words: Any) -> None:
    owners = {key for one in records if (key := key_of(one, "owner")) is not None}
    above = superiors_of(env, sorted(owners))
    _tell(env, [(user, one) for one in records for user in above.get(key_of(one, "owner") or 0, ())], words)


def _tell(env: Env, pairs: Iterable[tuple[int | None, Any]], words: Any) -> None:
    """One notice for each person: by name when it is one opportunity, else their number."""
    of_user: dict[int, list[Any]] = {}
    for user, record in pairs:
        if user is not None:
            of_user.setdefault(user, []).append(record)
    for user, records in of_user.items():
        text: LazyString = words(len(records)).format(title=records[0].title, n=len(records))
        env.notify([user], text, records[0] if len(records) == 1 else None)


def _slow(n: int) -> LazyString:
    if n == 1:
        return _("“{title}” is longer in its stage than the standard says.")
    return _n("{n} opportunity is longer in its stage than the standard says.",
              "{n} opportunities are longer in their stages than the standard says.", n)  # fmt: skip


def _overdue(n: int) -> LazyString:
    if n == 1:
        return _("The expected closing date of “{title}” has passed.")
    return _n("The expected closing date of {n} opportunity has passed.",
              "The expected closing dates of {n} opportunities have passed.", n)  # fmt: skip


def _awake(n: int) -> LazyString:
    if n == 1:
        return _("The suspended opportunity “{title}” is to be woken up.")
    return _n(
        "{n} suspended opportunity is to be woken up.", "{n} suspended opportunities are to be woken up.", n
    )


def _silent(n: int) -> LazyString:
    if n == 1:
        return _("Nobody has been in touch about “{title}” for long.")
    return _n("Nobody has been in touch about {n} opportunity for long.",
              "Nobody has been in touch about {n} opportunities for long.", n)  # fmt: skip


def _to_transfer(n: int) -> LazyString:
    if n == 1:
        return _("“{title}” is still neglected: perhaps somebody else should go on with it.")
    return _n("{n} opportunity is still neglected: perhaps somebody else should go on with it.",
              "{n} opportunities are still neglected: perhaps others should go on with them.", n)  # fmt: skip
