"""Sign-ins as administrators keep an eye on them."""

from typing import Any

from core.api import Session, Where, _, action, and_, current_env, key_of, literal, or_
from core.base.models.user import KEEPERS
from core.lifecycle.accounts import is_acting, kept_accounts, sign_out_there


def endable(env: Any) -> Where:
    """Open sign-ins of one's own, and of those whose accounts one keeps."""
    kept = and_(literal(not env.roles.isdisjoint(KEEPERS)), kept_accounts(env, Session.user))
    mine = or_(Session.user == env.user_id, Session.real_user == env.user_id)
    return and_(Session.ended_at.is_(None), or_(mine, kept), literal(not is_acting(env)))


class BaseSession(Session, extend=True):
    """A sign-in that can be ended from its own page."""

    @action(label=_("End session"), right="read", by=endable, icon="logout", danger=True)
    def end(self) -> None:
        """The device is signed out at once."""
        sign_out_there(current_env(), key_of(self, "user") or 0, self.id)
