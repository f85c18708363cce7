"""Answers that may be read on a replica: those of endpoints that say so, where there is one that has caught up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.auth.environment import make_env
from core.config import Config
from core.orm.env import Env
from core.orm.replica import Replica, replica_engine
from core.web.request import Request
from core.web.routes import Endpoint

SETTING = "keyuan.replica"


def replica_of(config: Config) -> Replica | None:
    """The replica of the settings, if there is one; nothing is connected yet."""
    if config.replica_url is None:
        return None
    return Replica(replica_engine(config.replica_url, pool_size=config.web_threads))


@contextmanager
def report_env(request: Request, endpoint: Endpoint, env: Env) -> Iterator[Env]:
    """The caller's Env for this answer: over the replica for a report, else the one that is open already."""
    replica: Replica | None = request.registry.settings.get(SETTING)
    if replica is None or endpoint.report is None or not endpoint.report(request):
        yield env
        return
    with replica.reading(env.session) as session:
        yield (
            env if session is None else make_env(session, request.signed_in, env.channel, request.request_id)
        )
