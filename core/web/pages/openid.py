"""Signing in by the provider that the configuration names: off to it, and back."""

from __future__ import annotations

from typing import Any, Final

from core.auth.openid import NotLinked, Provider, ProviderFailed, begin_openid, finish_openid
from core.auth.sessions import NoCompany, let_in
from core.auth.steps import StepOver
from core.config import Config
from core.errors import NotFound
from core.web.cookies import read_step, write_step
from core.web.devices import device_of
from core.web.pages.login import go_on, to_sign_in
from core.web.redirects import safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

_LONGEST: Final = 4000


@endpoint("login_openid", "/login/openid", "POST", public=True)
def leave_for_provider(request: Request) -> Any:
    """The browser goes there with a state that only this browser can bring back."""
    target = safe_next(request.POST.get("next"))
    try:
        address, token = begin_openid(request.database, _provider(request), _come_back(request), target)
    except ProviderFailed as failed:
        return to_sign_in(request, target, failed)
    response = render(request, "login_away.pt", {"title": request.config.openid_label, "address": address})
    response.headers["Refresh"] = (
        f"0; url={address}"  # our policy lets no form lead elsewhere, not even by a redirect
    )
    write_step(request, response, token)
    return response


@endpoint("login_openid_back", "/login/openid/back", "GET", public=True)
def come_back(request: Request) -> Any:
    """The provider has sent the browser back; what it brings is checked before it is believed."""
    answer = {name: str(value)[:_LONGEST] for name, value in request.GET.items()}
    try:
        user_id, target = finish_openid(
            request.database, _provider(request), _come_back(request), read_step(request), answer
        )
        agent = device_of(request.user_agent or "")
        found = let_in(request.database, user_id, address=request.address, agent=agent)
    except (StepOver, ProviderFailed, NotLinked, NoCompany) as refused:
        return to_sign_in(request, "/", refused)
    return go_on(request, found, safe_next(target))


def provider_of(config: Config) -> Provider | None:
    """The provider of this deployment, where it has one."""
    if config.openid_issuer and config.openid_client_id and config.openid_client_secret:
        return Provider(config.openid_issuer, config.openid_client_id, config.openid_client_secret)
    return None


def _provider(request: Request) -> Provider:
    found = provider_of(request.config)
    if found is None:
        raise NotFound()
    return found


def _come_back(request: Request) -> str:
    return f"{request.config.base_url.rstrip('/')}{request.path_of('login_openid_back')}"
