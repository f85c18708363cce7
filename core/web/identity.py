"""From the browser's cookie to the Env of the request: the one place where a page learns who is calling."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.auth.environment import make_env
from core.auth.identity import open_request
from core.auth.tokens import hash_token
from core.orm.env import Env
from core.server import child
from core.web.cookies import read_session
from core.web.request import Request


def open_env(request: Request, session: Session) -> Env | None:
    """The Env of whoever has signed in, with the wall of the transaction set; None for strangers."""
    token = read_session(request)
    request.caller = open_request(session, hash_token(token), address=request.address) if token else None
    if request.caller is None:
        return None
    _follow_generation(request, request.caller.generation)
    return make_env(session, request.caller, "page", request.request_id)


def _follow_generation(request: Request, wanted: int) -> None:
    """The database belongs to a newer composition: have its processes started; this one serves on until then."""
    settings = request.registry.settings
    if settings["keyuan.generation"] and wanted > max(
        settings["keyuan.generation"], settings["keyuan.asked"]
    ):
        settings["keyuan.asked"] = wanted
        child.ask_generation(wanted)
