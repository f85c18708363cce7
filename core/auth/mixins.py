"""What addons' models take from this room: an owner, on whom the hierarchy of people bears."""

from typing import Any, ClassVar

from sqlalchemy.orm import Mapped

from core.auth.models.sharing import MAY, READ
from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import many2one, selection
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


class TeamMember(Model, mixin=True):
    """Somebody in the team of a record: a way to it for reading or editing, beside owner and superiors.

    The model that uses it names the relation to the record whose team it is, `__team_of__ = "customer"`, and says in
    its `unique` that nobody is in a team twice. Who may share the record makes its team.
    """

    __team_of__: ClassVar[str] = ""

    user: Mapped[User] = many2one(_("Team member"), to="base.user", on_delete="part_of")
    may: Mapped[str] = selection(
        _("May"), choices=MAY, default=READ,
        help=_("As far as the member's own roles let them do it with such records at all."),
    )  # fmt: skip
