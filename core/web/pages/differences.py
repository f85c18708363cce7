"""Deciding about differences of upgrades; the page that shows them is one of the kernel's own addon."""

from __future__ import annotations

from typing import Any, Final

from core.errors import BadRequest
from core.i18n import _, _n
from core.lifecycle.offers import keep, take
from core.web.redirects import redirect
from core.web.request import Request
from core.web.routes import endpoint

PAGE: Final = "/p/base.differences"
ALL: Final = "all"
"""As a button's value: everything that the page has shown, which it names in its hidden fields."""


@endpoint("differences", "/differences", "POST")
def decide(request: Request) -> Any:
    """`take` and `keep` name a difference as the page has shown it, or all of them."""
    posted = [(how, str(request.POST[how])) for how in ("take", "keep") if how in request.POST]
    if len(posted) != 1:
        raise BadRequest()
    how, token = posted[0]
    tokens = {str(one) for one in request.POST.getall("offer")} if token == ALL else {token}
    if how == "take":
        done = take(request.env, tokens)
        text = _n("{n} value has been taken over.", "{n} values have been taken over.", done)
    else:
        done = keep(request.env, tokens)
        text = _n("{n} value stays as it was.", "{n} values stay as they were.", done)
    request.toast(text if done else _("These differences are no longer open."))
    return redirect(request, PAGE)
