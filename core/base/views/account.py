"""Accounts, roles, and where people are signed in."""

from core.api import (
    Employee,
    Env,
    FormView,
    ListView,
    LoginAttempt,
    RoleRow,
    Session,
    User,
    UserRole,
    Where,
    _,
    button,
    group,
    header,
    note,
    notebook,
    page,
    preset,
    related,
)  # fmt: skip
from core.base.models import BaseRole, BaseSession, BaseUser


def may_sign_in(env: Env) -> Where:
    """Accounts that are not blocked."""
    return User.blocked.is_(False)


def blocked(env: Env) -> Where:
    """Accounts that cannot sign in."""
    return User.blocked.is_(True)


def never_signed_in(env: Env) -> Where:
    """Whoever has not used the first link yet."""
    return User.last_login.is_(None) & may_sign_in(env)


class UserList(ListView[User]):
    columns = [User.name, User.login, User.email, User.language, User.last_login, User.blocked]
    order = "name"
    presets = [
        preset("open", _("May sign in"), may_sign_in, default=True),
        preset("waiting", _("Never signed in"), never_signed_in),
        preset("blocked", _("Blocked accounts"), blocked),
        preset("all", _("All users")),
    ]
    filters = [User.blocked, User.second_factor, User.language, User.last_login]


class UserForm(FormView[User]):
    layout = [
        header(
            button(BaseUser.invite, style="primary"), button(BaseUser.unlock), button(BaseUser.sign_out_everywhere),
            button(BaseUser.remove_second_factor),
        ),
        group(_("Account"), User.name, User.login, User.email, User.language),
        group(_("Access"), User.blocked, User.must_change_password, User.second_factor, User.last_login,
            User.openid_subject, User.is_demo),
        note(_("A new account needs a role in the company, and its person a link to set a password.")),
        notebook(
            page(_("Roles"), related(BaseUser.roles, columns=[UserRole.role, UserRole.company])),
            page(
                _("Posts"),
                related(BaseUser.posts, columns=[Employee.name, Employee.position, Employee.department,
                    Employee.superior]),
            ),
            page(
                _("Sign-ins"),
                related(BaseUser.sign_ins, columns=[Session.agent, Session.address, Session.created_at,
                    Session.last_seen, Session.ended_at]),
            ),
        ),
    ]  # fmt: skip


class RoleList(ListView[RoleRow]):
    columns = [RoleRow.title, RoleRow.code, RoleRow.active]
    order = "code"
    filters = [RoleRow.active]


class RoleForm(FormView[RoleRow]):
    layout = [
        group(_("Role"), RoleRow.title, RoleRow.code, RoleRow.active),
        note(_("What a role may do is part of its addon; here you decide who holds it.")),
        related(BaseRole.holders, columns=[UserRole.user, UserRole.company]),
    ]


class UserRoleList(ListView[UserRole]):
    columns = [UserRole.user, UserRole.role, UserRole.company]
    filters = [UserRole.user, UserRole.role, UserRole.company]
    groups = [UserRole.role, UserRole.user, UserRole.company]


class UserRoleForm(FormView[UserRole]):
    layout = [group(_("Role of a user"), UserRole.user, UserRole.role, UserRole.company)]


def signed_in(env: Env) -> Where:
    """Sign-ins that have neither ended nor expired."""
    return Session.ended_at.is_(None) & (Session.expires > env.now)


class SessionList(ListView[Session]):
    columns = [
        Session.user, Session.agent, Session.address, Session.created_at, Session.last_seen, Session.ended_at,
    ]  # fmt: skip
    order = "-last_seen"
    presets = [preset("open", _("Signed in now"), signed_in, default=True), preset("all", _("All sign-ins"))]
    filters = [Session.user, Session.last_seen]


class SessionForm(FormView[Session]):
    layout = [
        header(button(BaseSession.end)),
        group(_("Device"), Session.user, Session.real_user, Session.agent, Session.address),
        group(_("Time"), Session.created_at, Session.last_seen, Session.expires, Session.ended_at),
    ]


class LoginAttemptList(ListView[LoginAttempt]):
    columns = [LoginAttempt.kind, LoginAttempt.failures, LoginAttempt.last_at, LoginAttempt.blocked_until]
    order = "-last_at"
    filters = [LoginAttempt.kind, LoginAttempt.last_at]
