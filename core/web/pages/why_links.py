"""Where pages lead to explanations of rights: only to what the caller may ask, and never to what may not be seen."""

from __future__ import annotations

from typing import Any

from core.auth.access import AccessPolicy
from core.auth.why.subjects import may_ask_about_others
from core.errors import AccessDenied, StateForbids
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo, composition
from core.orm.env import Env
from core.web.request import Request
from core.web.widgets.cell import Cells


def rights_link(
    env: Env, info: ModelInfo, cells: Cells, row: tuple[Any, ...]
) -> tuple[str, LazyString] | None:
    """From an account or a role to everything that it may do."""
    if info.key == "base.user" and (row[0] == env.user_id or may_ask_about_others(env)):
        return f"/why/user/{row[0]}", _("What this person may do")
    if info.key == "base.role" and "code" in cells.names:
        code = cells.value(row, "code")
        if code in env.roles or may_ask_about_others(env):
            return f"/why/role/{code}", _("Rights of this role")
    return None


def why_url(request: Request, error: Exception) -> str | None:
    """Where a refusal is explained: at the record that the address names, else with the own rights. The address and the
    caller's rights on the model decide, so that the link is there whether or not there is such a record.
    """
    if not isinstance(error, (AccessDenied, StateForbids)) or request.caller is None:
        return None
    place = request.matchdict or {}
    info, key = composition().models.get(str(place.get("model"))), place.get("id")
    if info is None:
        return request.path_of("why_me")
    if key and AccessPolicy(request.caller).allowed(info, "read"):
        return request.path_of("why", model=info.key, id=key)
    return f"{request.path_of('why_me')}#m-{info.key}"
