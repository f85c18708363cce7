"""Saving what superiors may do; the page itself is one of the kernel's own addon."""

from __future__ import annotations

from typing import Any

from core.auth.models.role_rights import SUPERIORS
from core.errors import BadRequest
from core.i18n import _n
from core.lifecycle.superiors import set_superior_rules, superior_rules
from core.web.redirects import redirect
from core.web.request import Request
from core.web.routes import endpoint

PAGE = "/p/base.superiors"


@endpoint("superiors", "/superiors", "POST")
def save(request: Request) -> Any:
    """Fields are named `direct:model` and `indirect:model`."""
    known, wanted = dict(SUPERIORS), {}
    for rule in superior_rules(request.env):
        key = rule.info.key
        direct = str(request.POST.get(f"direct:{key}", rule.direct))
        indirect = str(request.POST.get(f"indirect:{key}", rule.indirect))
        if direct not in known or indirect not in known:
            raise BadRequest()
        wanted[key] = direct, indirect
    count = set_superior_rules(request.env, wanted)
    request.toast(_n("{n} rule has been changed.", "{n} rules have been changed.", count))
    return redirect(request, PAGE)
