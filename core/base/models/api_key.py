"""Keys of the API as administrators keep an eye on them."""

from typing import Any

from core.api import ApiKey, Where, _, action, and_, current_env, literal, or_
from core.base.models.user import KEEPERS
from core.lifecycle.accounts import is_acting, revoke_keys


def revocable(env: Any) -> Where:
    """Keys that are not revoked: one's own, and for administrators those of the company."""
    keeps = literal(not env.roles.isdisjoint(KEEPERS))
    return and_(
        ApiKey.revoked_at.is_(None), or_(ApiKey.user == env.user_id, keeps), literal(not is_acting(env))
    )


class BaseApiKey(ApiKey, extend=True):
    """A key that can be revoked from its own page. Nobody makes one for somebody else."""

    @action(
        label=_("Revoke"), right="read", by=revocable, icon="lock", danger=True,
        confirm=_("Whatever works with this key stops at once. This cannot be taken back."),
    )  # fmt: skip
    def revoke(self) -> None:
        """The key opens nothing any more."""
        revoke_keys(current_env(), [self])
