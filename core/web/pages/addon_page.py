"""The rare page of an addon that no view type covers: its function gives the data, its template shows them."""

from __future__ import annotations

from typing import Any

from core.errors import AccessDenied, NotFound
from core.orm.dormant import require_awake
from core.views.registry import registry_of
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("addon_page", "/p/{key}", "GET")
def show(request: Request) -> Any:
    """An addon that is off in this company has no pages."""
    env, registry = request.env, registry_of()
    key = request.matchdict["key"]
    addon, page = registry.pages.get(key, ("", None))
    if page is None or addon not in registry.enabled(env.addons):
        require_awake(env, key)
        raise NotFound()
    if not page.allowed(env):
        raise AccessDenied()
    values = page.data(env, dict(request.GET.items()))
    template = page.template if ":" in page.template or addon == "base" else f"{addon}:{page.template}"
    return render(request, template, {"title": page.title, **values})
