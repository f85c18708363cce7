"""Passkeys: made on a device, checked here with the public half that we keep.

As second factor one is asked of somebody who has given the password; without a password it is asked whoever holds it,
and then the device has to have checked finger, face or number itself, which makes two factors of it.

The library and what it needs take 15 MB and a fifth of a second: they are imported by the first who uses a passkey.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.auth.models import Passkey
from core.auth.second_factor import factor_added, factor_removed
from core.auth.sessions import SECOND_STEP, SignedIn, let_in
from core.auth.steps import begin_step, look_at_step, remember, take_step
from core.errors import NotFound, UserError
from core.i18n import _
from core.orm.compose import composition
from core.orm.env import Env
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

ADDING: Final = "new passkey"
ENTERING: Final = "passkey"
MOST: Final = 20
NAME: Final = "Keyuan"
_LONGEST_ANSWER: Final = 20_000
_LONGEST_NAME: Final = 100


class PasskeyRefused(UserError):
    """Not one of ours, not meant for this page, or not signed right."""

    default = _("This passkey was not accepted. Please try again.")


class TooManyPasskeys(UserError):
    """More than anybody has devices."""

    default = _("You have {n} passkeys already. Please remove one first.", n=MOST)


@dataclass(frozen=True, slots=True)
class Party:
    """For whom passkeys are made: the name of the host, and the address that the browser shows."""

    host: str
    origin: str


def begin_adding(env: Env, secret: bytes, party: Party, name: str, *, login: str) -> str:
    """The token of a step in which the caller's device makes a passkey called `name`; `login` is what it shows."""
    from webauthn import generate_registration_options
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    mine = _rows_of(env.session, env.user_id)
    if len(mine) >= MOST:
        raise TooManyPasskeys()
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=NAME,
        user_id=hmac.new(secret, f"passkey of {env.user_id}".encode(), hashlib.sha256).digest(),
        user_name=login,
        user_display_name=env.user.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(mine),
    )
    called = name.strip()[:_LONGEST_NAME]
    return begin_step(env.session, ADDING, env.user_id, name=called, **_as_data(options))


def options_of(session: Session, kind: str, token: str | None) -> str | None:
    """What the browser is asked, as JSON; None where the step asks for no passkey. Raises `StepOver`."""
    found: str | None = look_at_step(session, kind, token).data.get("options")
    return found


def add(env: Env, secret: bytes, party: Party, token: str | None, answer: str) -> list[str] | None:
    """Keep what the device has made. Gives recovery codes to be shown once, or None where the caller has some.

    Raises `StepOver` or `PasskeyRefused`.
    """
    from webauthn import verify_registration_response
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    step = take_step(env.session, ADDING, token)
    if step.user_id != env.user_id:
        raise PasskeyRefused()
    try:
        made = verify_registration_response(
            credential=answer[:_LONGEST_ANSWER],
            expected_challenge=base64url_to_bytes(step.data["challenge"]),
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
    except (WebAuthnException, ValueError):
        raise PasskeyRefused() from None
    credential_id = bytes_to_base64url(made.credential_id)
    if _by_credential(env.session, credential_id) is not None:
        raise PasskeyRefused()
    values = {
        "user_id": env.user_id, "name": step.data["name"] or str(_("Passkey")), "credential_id": credential_id,
        "public_key": bytes_to_base64url(made.credential_public_key), "sign_count": made.sign_count,
        "created_by_id": env.user_id, "changed_by_id": env.user_id,
    }  # fmt: skip
    env.session.execute(insert(_table()).values(values), execution_options=TRUSTED)
    return factor_added(env, secret)


def begin_entering(session: Session, party: Party, half: str | None = None) -> str:
    """Ask for a passkey: of the user who is half signed in by the token `half`, or of whoever holds one.

    The token of the step, which is `half` itself where there is one. Raises `StepOver`.
    """
    from webauthn import generate_authentication_options
    from webauthn.helpers.structs import UserVerificationRequirement

    if half is None:
        options = generate_authentication_options(
            rp_id=party.host, user_verification=UserVerificationRequirement.REQUIRED
        )
        return begin_step(session, ENTERING, None, **_as_data(options))
    user_id = look_at_step(session, SECOND_STEP, half).user_id
    options = generate_authentication_options(
        rp_id=party.host, allow_credentials=_descriptors(_rows_of(session, user_id)),
        user_verification=UserVerificationRequirement.PREFERRED,
    )  # fmt: skip
    remember(session, SECOND_STEP, half, **_as_data(options))
    return half


def enter(
    session: Session,
    party: Party,
    kind: str,
    token: str | None,
    answer: str,
    *,
    address: str | None,
    agent: str | None,
) -> SignedIn:
    """Start a session for whoever holds the passkey. Raises `StepOver`, `PasskeyRefused` or `NoCompany`."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    step = take_step(session, kind, token)
    try:
        given = parse_authentication_credential_json(answer[:_LONGEST_ANSWER])
        row = _by_credential(session, given.id)
        if row is None or step.user_id not in (None, row.user_id):
            raise PasskeyRefused()
        checked = verify_authentication_response(
            credential=given,
            expected_challenge=base64url_to_bytes(step.data.get("challenge", "")),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=step.user_id is None,
        )
    except (WebAuthnException, ValueError):
        raise PasskeyRefused() from None
    table = _table()
    used = update(table).where(table.c.id == row.id)
    values = {"sign_count": checked.new_sign_count, "last_used": func.now()}
    session.execute(used.values(values), execution_options=TRUSTED)
    found = let_in(session, row.user_id, address=address, agent=agent, proved=True)
    assert isinstance(found, SignedIn)
    return found


def remove(env: Env, passkey_id: int) -> None:
    """One of the caller's; who that is was proved before. Raises `NotFound`."""
    table = _table()
    mine = delete(table).where(table.c.id == passkey_id, table.c.user_id == env.user_id).returning(table.c.id)
    if env.session.execute(mine, execution_options=TRUSTED).one_or_none() is None:
        raise NotFound()
    factor_removed(env)


def own_passkeys(env: Env) -> list[Passkey]:
    """The caller's, the newest first."""
    return list(env.search(Passkey, Passkey.user == env.user_id, order="-id", limit=MOST))


def _as_data(options: Any) -> dict[str, str]:
    from webauthn import options_to_json
    from webauthn.helpers import bytes_to_base64url

    return {"options": options_to_json(options), "challenge": bytes_to_base64url(options.challenge)}


def _descriptors(rows: list[Any]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in rows]


def _rows_of(session: Session, user_id: int | None) -> list[Any]:
    table = _table()
    wanted = select(table.c.credential_id).where(table.c.user_id == user_id)
    return list(session.execute(wanted, execution_options=TRUSTED))


def _by_credential(session: Session, credential_id: str) -> Any:
    """Locked until the end, so that two uses of one passkey are counted one after the other."""
    table = _table()
    wanted = select(table.c.id, table.c.user_id, table.c.public_key, table.c.sign_count)
    wanted = wanted.where(table.c.credential_id == credential_id).with_for_update()
    return session.execute(wanted, execution_options=TRUSTED).one_or_none()


def _table() -> Table:
    return composition().info("base.passkey").table
