"""From the browser's cookie to the Env of the request: the one place where a page learns who is calling."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.auth.acting import still_acts
from core.auth.environment import make_env
from core.auth.identity import open_request
from core.auth.tokens import hash_token
from core.errors import AccessDenied
from core.i18n import _
from core.orm.env import Env
from core.server import child
from core.web.cookies import read_session
from core.web.request import Request
from core.web.routes import Endpoint

_FOR_ONESELF: Final = frozenset(
    {
        "api_keys", "company", "end_session", "end_sessions", "language", "new_passkey", "password", "preferences",
        "revoke_api_key", "revoke_api_keys", "second_factor", "second_factor_app",
    }
)  # fmt: skip


def open_env(request: Request, session: Session) -> Env | None:
    """The Env of whoever has signed in, with the wall of the transaction set; None for strangers."""
    token = read_session(request)
    request.caller = open_request(session, hash_token(token), address=request.address) if token else None
    if request.caller is not None and request.caller.is_acting and not still_acts(session, request.caller):
        request.caller = None
    if request.caller is None:
        return None
    follow_generation(request, request.caller.generation)
    return make_env(session, request.caller, "page", request.request_id)


def refuse_in_borrowed_name(request: Request, endpoint: Endpoint) -> None:
    """Password, second factor, devices and the like are for the person alone, not for whoever acts for them."""
    if request.caller is not None and request.caller.is_acting and endpoint.name in _FOR_ONESELF:
        raise AccessDenied(
            _("Only {name} can do this. End acting for them first.", name=request.caller.user_name)
        )


def follow_generation(request: Request, wanted: int) -> None:
    """The database belongs to a newer composition: have its processes started; this one serves on until then."""
    settings = request.registry.settings
    if settings["keyuan.generation"] and wanted > max(
        settings["keyuan.generation"], settings["keyuan.asked"]
    ):
        settings["keyuan.asked"] = wanted
        child.ask_generation(wanted)
