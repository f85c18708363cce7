"""Sharing a record with colleagues by hand, until a day or until it is withdrawn.

Who may share is whoever has the right "share" on the record: its owner, and the direct superior. Nobody gives what
they cannot do themselves, and nobody is given what none of their roles would let them do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import select

from core.auth.access_index import access_index
from core.auth.models.sharing import EDIT, MAY, READ, Share, is_shareable
from core.auth.rights_of_roles import PLACES
from core.auth.roles import USER
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.auth.access import AccessPolicy
    from core.auth.mixins import TeamMember
    from core.orm.env import Env

SHARE: Final = "share"
"""The right to share a record by hand, and to make its team."""
_NEEDED: Final = {READ: ("read",), EDIT: ("read", "update")}
MOST_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Given:
    """One share of a record as people read it. `is_over` when its last day has passed."""

    id: int
    user_id: int
    name: str
    may: LazyString
    until: date | None
    is_over: bool
    by: str | None


def share_record(env: Env, record: Any, users: Iterable[int], may: str, until: date | None = None) -> None:
    """Share one record with colleagues, who are told. A second time changes what they may, and until when.

    Raises AccessDenied for whoever may not share the record, ValidationFailed at "users", "may" or "until".
    """
    info, wanted = env.info(record), sorted(set(users))
    _require_right(env, info, record, may)
    if until is not None and until < today(env):
        raise ValidationFailed.at("until", _("This day is over already."))
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise ValidationFailed.at("users", _("Please name up to {most} colleagues.", most=MOST_AT_ONCE))
    env.get_many("base.user", wanted)
    if getattr(record, "owner_id", None) in wanted:
        raise ValidationFailed.at("users", _("The owner has the record already."))
    refuse_without_right(env, info, wanted, may)
    _write(env, info, record.id, wanted, {"may": may, "until": until})
    said = _("{who} has shared a record with you: {model}.", who=env.user.name, model=info.label)
    env.notify([user for user in wanted if user != env.user_id], said, record)


def withdraw(env: Env, share_id: int) -> None:
    """Take a share back: by whoever gave it, or may share the record. NotFound for anybody else."""
    system = env.sudo(_("A share is withdrawn."))
    (share,) = system.get_many(Share, [share_id])
    if not (env.can("delete", share) or may_share(env, share.model, share.record_id)):
        raise NotFound()
    system.delete(share)


def may_share(env: Env, model: str, record_id: int) -> bool:
    """Whether the caller may share this record."""
    info = env.composition.models.get(model)
    if info is None or info.addon not in env.addons or not is_shareable(info):
        return False
    found = env.load(info, [record_id])
    return bool(found) and env.can(SHARE, found[0])


def shares_of(env: Env, info: ModelInfo, record_id: int) -> list[Given]:
    """With whom a record is shared by hand, for whoever may share it."""
    share: Any = env.info(Share).cls
    where = (share.model == info.key, share.record_id == record_id)
    rows: Sequence[Any] = env.sudo(_("The shares of a record.")).search(Share, *where, order="id", limit=500)
    names = env.user_names([one for row in rows for one in (row.user_id, row.created_by_id)])
    labels, day = dict(MAY), today(env)
    return [
        Given(row.id, row.user_id, names.get(row.user_id, ""), labels[row.may], row.until,
              row.until is not None and row.until < day, names.get(row.created_by_id or 0))
        for row in rows
    ]  # fmt: skip


def today(env: Env) -> date:
    """The company's day."""
    return env.clock().astimezone(env.timezone).date()


def refuse_without_right(
    env: Env, info: ModelInfo, users: Sequence[int], may: str, *, at: str = "users"
) -> None:
    """A share opens nothing for people whose roles do not let them do it with any record of the kind; say so.

    Raises ValidationFailed at the field `at`, naming the people.
    """
    index, roles = access_index(env.composition), _roles_of(env, users)
    rights = cast("AccessPolicy", env.policy).identity.rights

    def lacks(user: int) -> bool:
        held = index.rights(info, roles.get(user, frozenset()), env.addons, rights)
        return not set(_NEEDED[may]) <= held.keys()

    without = [user for user in users if lacks(user)]
    if without:
        known = env.user_names(without)
        names = [known.get(user, f"#{user}") for user in without]
        text = _("No role of {names} gives the right to view: {model}.", names=names, model=info.plural)
        if may == EDIT:
            text = _("No role of {names} gives the right to edit: {model}.", names=names, model=info.plural)
        raise ValidationFailed.at(at, text)


def check_members(env: Env, members: Sequence[Any]) -> None:
    """For the hooks of a model with `TeamMember`: nobody joins a team for records that no role of theirs lets them see.

    Raises ValidationFailed at the field "user".
    """
    if env.is_system or not members:
        return
    info = env.info(members[0])
    relation = cast("type[TeamMember]", info.definition).__team_of__
    target = env.info(info.fields[relation].target_key)
    for may in sorted({one.may for one in members}):
        refuse_without_right(env, target, [one.user_id for one in members if one.may == may], may, at="user")


def _require_right(env: Env, info: ModelInfo, record: Any, may: str) -> None:
    if may not in _NEEDED:
        raise ValidationFailed.at("may", _("{name}: please choose from the list.", name=_("May")))
    if not is_shareable(info) or not env.can(SHARE, record):
        raise AccessDenied(_("Only the owner of a record and the owner's direct superior can share it."))
    if not all(env.can(action, record) for action in _NEEDED[may]):
        raise ValidationFailed.at("may", _("You may not edit this record yourself."))


def _roles_of(env: Env, users: Sequence[int]) -> dict[int, frozenset[str]]:
    """The roles of colleagues, with those below them; none for whoever does not work in the company."""
    held, role = (env.composition.info(key).table for key in ("base.user_role", "base.role"))
    user = env.composition.info("base.user").table
    here = (held.c.company_id == env.company_id, held.c.user_id.in_(users), held.c.deleted_at.is_(None))
    active = (
        role.c.active,
        role.c.deleted_at.is_(None),
        user.c.blocked.is_(False),
        user.c.deleted_at.is_(None),
    )
    rows = env.session.execute(
        select(held.c.user_id, role.c.code).join_from(held, role, held.c.role_id == role.c.id)
        .join(user, user.c.id == held.c.user_id).where(*here, *active),
        execution_options=TRUSTED,
    )  # fmt: skip
    found: dict[int, set[str]] = {}
    for user_id, code in rows:
        found.setdefault(user_id, {USER.code}).add(code)
    rights = cast("AccessPolicy", env.policy).identity.rights
    return {user_id: rights.of(PLACES).with_those_below(codes) for user_id, codes in found.items()}


def _write(env: Env, info: ModelInfo, record_id: int, users: Sequence[int], values: dict[str, Any]) -> None:
    system, share = env.sudo(_("A record is shared by hand.")), env.info(Share).cls
    where = (share.model == info.key, share.record_id == record_id, share.user.in_(users))
    known: Sequence[Any] = system.search(Share, *where, limit=MOST_AT_ONCE)
    system.write(list(known), **values)
    new = [user for user in users if user not in {one.user_id for one in known}]
    system.create_many(
        Share, [{"model": info.key, "record_id": record_id, "user": user, **values} for user in new]
    )
