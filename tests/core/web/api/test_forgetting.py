"""Keys of requests are not kept for ever."""

from datetime import timedelta

from sqlalchemy import select, update

from core.automation.purging import forget_answers
from core.orm.env import Env
from core.orm.idempotency import DAYS_KEPT, Answer, answered, claim, settle
from core.orm.kernel_tables import idempotency
from core.orm.trust import TRUSTED


def test_answers_are_known_for_a_month(env: Env) -> None:
    for key in ("api old", "api new"):
        assert claim(env, key, "content") is None
        settle(env, key, Answer(201, "/x", "{}"))
    long_ago = env.now - timedelta(days=DAYS_KEPT, minutes=1)
    aged = update(idempotency).where(idempotency.c.key == "api old").values(at=long_ago)
    env.session.execute(aged, execution_options=TRUSTED)
    assert forget_answers.function(env, None) == {"forgotten": 1}
    assert answered(env, "api old", "content") is None
    assert answered(env, "api new", "content") == Answer(201, "/x", "{}")
    left = env.session.scalars(select(idempotency.c.key), execution_options=TRUSTED).all()
    assert left == ["api new"]
