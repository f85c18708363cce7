"""What addons' models take from this room: an owner, on whom the hierarchy of people bears."""

from typing import Any

from sqlalchemy.orm import Mapped

from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import many2one
from core.orm.model import Model


def the_caller(env: Any) -> int | None:
    """Who makes a record owns it, unless an owner (or nobody, None) is named. The kernel itself owns nothing."""
    user_id: int = env.user_id
    return user_id or None


class Owned(Model, mixin=True):
    """A record that belongs to one person: who makes it owns it, until it is assigned to somebody else.

    Visibility levels (own, team, department) and the rights of superiors follow from the owner. A record without
    an owner is reached by company-wide rights and record rules only.
    """

    owner: Mapped[User | None] = many2one(_("Owner"), default=the_caller, to="base.user", tracked=True)
