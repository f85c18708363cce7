"""Who calls by the API: the key in `Authorization: Bearer`, and nothing else. No cookie counts, so nothing is forged.

A key in an address is refused, and ended if it is one: addresses are kept by proxies, histories and logs, where whoever
reads them would find it. Only somebody who has the whole key can end it so, and they could do worse with it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

import structlog
from sqlalchemy.orm import Session, sessionmaker

from core.auth.api_keys import LIKE_A_SECRET, SECRET, open_with_key, refuse_further_wrong_keys
from core.auth.api_keys_kept import end_leaked
from core.auth.environment import make_env
from core.auth.key_scope import channel_of
from core.orm.env import Env
from core.web.api.refusals import KeyInAddress, KeyNeeded
from core.web.identity import follow_generation
from core.web.request import Request

NAMES: Final = frozenset({"access_token", "api-key", "api_key", "apikey", "key", "token"})
"""Parameters by which other products take keys."""
log = structlog.get_logger("keyuan.web")


def open_env(request: Request, session: Session) -> Env:
    """The Env of whoever holds the key, with the wall of the transaction set. Raises `KeyNeeded`, `TooManyAttempts`."""
    request.caller = open_with_key(session, given_key(request), address=request.address)
    if request.caller is None:
        refuse_further_wrong_keys(session, request.address)
        raise KeyNeeded()
    follow_generation(request, request.caller.generation)
    key = request.caller.key
    assert key is not None
    return make_env(session, request.caller, channel_of(key.id), request.request_id)


def given_key(request: Request) -> str:
    """What stands in the header; empty where that is no key. Raises `KeyNeeded` where there is none."""
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise KeyNeeded()
    return str(given.strip())


def refuse_key_in_address(request: Request) -> None:
    """Refuse an address below `/api/` with a key in it. Raises `KeyInAddress`."""
    address = unquote(request.environ.get("PATH_INFO", "") + "?" + request.environ.get("QUERY_STRING", ""))
    named = NAMES.intersection(name.lower() for name in request.GET)
    found = sorted(set(SECRET.findall(address)))
    if found:
        _end(request, found)
    if found or named or LIKE_A_SECRET.search(address):
        raise KeyInAddress()


def _end(request: Request, secrets: list[str]) -> None:
    """Guesses are counted like wrong keys: nobody shall look for keys by this way either."""
    factory: sessionmaker[Session] = request.registry.settings["keyuan.sessions"]
    with factory() as session:
        for secret in secrets[:1]:
            ended = end_leaked(session, secret, request_id=request.request_id)
            if ended is None:
                refuse_further_wrong_keys(session, request.address)
            else:
                log.warning("API key ended: it was sent in an address", key=ended)
        session.commit()
