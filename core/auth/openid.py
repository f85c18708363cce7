"""Signing in by a provider that the company has already: OpenID Connect, code flow with PKCE.

    begin    a row with state, nonce and verifier; the browser goes to the provider
    finish   the state is ours -> the code is exchanged -> signature, issuer, audience, times and nonce of the token are
             checked -> an account that exists: linked before, or the one whose e-mail the provider has verified

Nobody gets an account by it, and a second factor is asked for as after a password.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.models import User
from core.auth.outside import OutsideFailed, fetch_json, is_safe_address
from core.auth.steps import begin_step, look_at_step, take_step
from core.errors import UserError
from core.i18n import _
from core.orm.compose import composition
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

KIND: Final = "openid"
ALGORITHMS: Final = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
]
"""Signatures with a public key; none that the client's secret could make."""
_LEEWAY: Final = 60
_KEPT: Final = 3600.0
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_log: Final = logging.getLogger("keyuan.sign_in")


class ProviderFailed(UserError):
    """The provider did not answer as it should; the log says how."""

    default = _(
        "The sign-in service cannot be reached or gave no valid answer. Please try again, or use your password."
    )


class NotLinked(UserError):
    """The provider knows the person, and no account here is theirs beyond doubt."""

    default = _("There is no account for you here yet. Please ask your administrator.")


@dataclass(frozen=True, slots=True)
class Provider:
    """What the configuration says: who vouches for people, and as whom we ask."""

    issuer: str
    client_id: str
    client_secret: str


def begin_openid(session: Session, provider: Provider, come_back: str, target: str) -> tuple[str, str]:
    """The provider's address to send the browser to, and the token of the step. Raises `ProviderFailed`."""
    about = _about(provider)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _n in range(3))
    token = begin_step(session, KIND, state=state, nonce=nonce, verifier=verifier, target=target)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = urlencode({
        "response_type": "code", "scope": "openid email profile", "client_id": provider.client_id,
        "redirect_uri": come_back, "state": state, "nonce": nonce, "code_challenge": challenge,
        "code_challenge_method": "S256",
    })  # fmt: skip
    address = about["authorization_endpoint"]
    return f"{address}{'&' if '?' in address else '?'}{query}", token


def finish_openid(
    session: Session, provider: Provider, come_back: str, token: str | None, answer: Mapping[str, str]
) -> tuple[int, str]:
    """The user for whom the provider vouches, and where they wanted to go.

    Raises `StepOver`, `ProviderFailed` or `NotLinked`. The row is taken after the calls outside, which last.
    """
    step = look_at_step(session, KIND, token)
    if not hmac.compare_digest(
        step.data["state"].encode(), answer.get("state", "").encode("utf-8", "replace")
    ):
        raise _failed("the state is not that of this browser")
    if "error" in answer or not answer.get("code"):
        raise _failed(f"the provider answered {answer.get('error', 'nothing')!r}")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise _failed("another issuer answered")
    tokens = _exchange(provider, come_back, answer["code"], step.data["verifier"])
    claims = _checked(provider, str(tokens.get("id_token", "")), step.data["nonce"])
    take_step(session, KIND, token)
    return _account(session, provider, claims), str(step.data["target"])


def _exchange(provider: Provider, come_back: str, code: str, verifier: str) -> dict[str, Any]:
    name, secret = (quote(text, safe="") for text in (provider.client_id, provider.client_secret))
    basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": come_back,
        "code_verifier": verifier,
    }
    return _fetch(_about(provider)["token_endpoint"], form, {"Authorization": f"Basic {basic}"})


def _checked(provider: Provider, id_token: str, nonce: str) -> dict[str, Any]:
    """The claims of a token that is the provider's, for us, for this sign-in, and of now."""
    from joserfc import jwt  # large, and needed by few deployments
    from joserfc.errors import JoseError

    try:
        found = jwt.decode(id_token, _keys(provider, id_token), algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(found)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _failed(f"the token is not valid: {error!r}") from error
    audience = found["aud"]
    is_for_others = isinstance(audience, list) and len(audience) > 1
    if found.get("azp", None if is_for_others else provider.client_id) != provider.client_id:
        raise _failed("the token was made for another client")
    return dict(found)


def _account(session: Session, provider: Provider, claims: Mapping[str, Any]) -> int:
    """The account linked with this person, or the only one with the verified address, which is linked then."""
    user = composition().info("base.user").table
    subject = f"{provider.issuer} {claims['sub']}"
    live = (user.c.deleted_at.is_(None), user.c.blocked.is_(False))
    linked = select(user.c.id).where(user.c.openid_subject == subject, user.c.deleted_at.is_(None))
    found = session.scalars(linked, execution_options=TRUSTED).all()
    if not found:
        found = _by_address(session, user, live, claims)
        if len(found) == 1:
            _link(session, found[0], subject)
    if len(found) != 1:
        _log.warning("openid: %d accounts for the subject", len(found))
        raise NotLinked()
    return int(found[0])


def _link(session: Session, user_id: int, subject: str) -> None:
    """Through the Env, so that the account's history tells it."""
    identity = identity_of(session, user_id)
    if identity is None:
        raise NotLinked()
    system = make_env(session, identity, "page").sudo(_("Linked with the sign-in service."))
    system.write(system.get(User, user_id), openid_subject=subject)


def _by_address(session: Session, user: Table, live: tuple[Any, ...], claims: Mapping[str, Any]) -> Any:
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str) or not address:
        return []
    wanted = select(user.c.id).where(
        func.lower(user.c.email) == address.lower(), user.c.openid_subject.is_(None), *live
    ).limit(2).with_for_update()  # fmt: skip
    return session.scalars(wanted, execution_options=TRUSTED).all()


_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_lock: Final = threading.Lock()


def _about(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself, kept for an hour."""
    found = _fetch_kept(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise _failed("the provider calls itself by another name")
    if not all(is_safe_address(str(found.get(name, ""))) for name in _NEEDED):
        raise _failed("the provider names an address without https")
    return found


def _keys(provider: Provider, id_token: str) -> KeySet:
    """The provider's keys; asked for again when the token was signed with one that is new."""
    address = _about(provider)["jwks_uri"]
    known = _fetch_kept(address)
    wanted = _key_id(id_token)
    if wanted is not None and wanted not in {key.get("kid") for key in known.get("keys", ())}:
        known = _fetch_kept(address, older_than=60.0)
    public = [
        key
        for key in known.get("keys", ())
        if key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC", "OKP")
    ]
    from joserfc.jwk import KeySet

    return KeySet.import_key_set({"keys": public})


def _key_id(id_token: str) -> str | None:
    head = id_token.partition(".")[0]
    found = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    return found.get("kid") if isinstance(found, dict) else None


def _fetch_kept(address: str, older_than: float = _KEPT) -> dict[str, Any]:
    with _lock:
        since, found = _kept.get(address, (0.0, {}))
    if found and time.monotonic() - since < older_than:
        return found
    found = _fetch(address)
    with _lock:
        _kept[address] = (time.monotonic(), found)
    return found


def _fetch(
    address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    try:
        return fetch_json(address, form, headers)
    except OutsideFailed as error:
        raise _failed(str(error)) from error


def _failed(reason: str) -> ProviderFailed:
    _log.warning("openid: %s", reason)
    return ProviderFailed()
