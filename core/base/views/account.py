"""Accounts, roles, and where people are signed in."""

from core.api import (
    ApiKey,
    Employee,
    Env,
    FormView,
    ListView,
    LoginAttempt,
    RolePlace,
    RoleRight,
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
from core.base.models import BaseApiKey, BaseRole, BaseSession, BaseUser, BaseUserRole


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
    actions = [BaseUser.sign_out_everywhere, BaseUser.unlock]


class UserForm(FormView[User]):
    layout = [
        header(
            button(BaseUser.invite, style="primary"), button(BaseUser.unlock), button(BaseUser.sign_out_everywhere),
            button(BaseUser.remove_second_factor), button(BaseUser.act_for),
        ),
        group(_("Account"), User.name, User.login, User.email, User.language),
        group(_("Access"), User.blocked, User.must_change_password, User.second_factor, User.last_login,
            User.openid_subject, User.is_demo),
        note(_("A new account needs a role in the company, and its person a link to set a password.")),
        notebook(
            page(_("Roles"), related(BaseUser.roles, columns=[UserRole.role, UserRole.primary, UserRole.company])),
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
            page(
                _("API keys"),
                related(BaseUser.api_keys, columns=[ApiKey.name, ApiKey.start, ApiKey.scope, ApiKey.expires,
                    ApiKey.last_used, ApiKey.revoked_at]),
            ),
        ),
    ]  # fmt: skip


def in_use(env: Env) -> Where:
    """Roles that people can hold."""
    return RoleRow.active.is_(True)


def own_roles(env: Env) -> Where:
    """Roles that the company has made."""
    return RoleRow.company == env.company_id


class RoleList(ListView[RoleRow]):
    columns = [RoleRow.title, RoleRow.company, RoleRow.basis, RoleRow.code, RoleRow.active]
    order = "code"
    presets = [
        preset("in_use", _("Roles in use"), in_use, default=True),
        preset("own", _("Made by the company"), own_roles),
        preset("all", _("All roles")),
    ]
    filters = [RoleRow.active, RoleRow.basis]


class RoleForm(FormView[RoleRow]):
    layout = [
        header(button(BaseRole.copy)),
        group(
            _("Role"), RoleRow.title, RoleRow.active, RoleRow.description, RoleRow.basis, RoleRow.company, RoleRow.code,
            note(_("Rights, menus and buttons of this role"), url="/roles/{id}/rights", right=("read", RoleRight)),
        ),
        related(BaseRole.holders, columns=[UserRole.user, UserRole.primary, UserRole.company]),
        related(BaseRole.below, columns=[RolePlace.role]),
    ]  # fmt: skip


class RolePlaceList(ListView[RolePlace]):
    columns = [RolePlace.role, RolePlace.superior]
    filters = [RolePlace.role, RolePlace.superior]


class RolePlaceForm(FormView[RolePlace]):
    layout = [
        group(_("Place of a role"), RolePlace.role, RolePlace.superior),
        note(_("Whoever holds the role above has the rights of this role and of all below it as well.")),
    ]


class RoleRightList(ListView[RoleRight]):
    """What is not as shipped, over all roles; it is changed on the page of the role."""

    columns = [RoleRight.role, RoleRight.model, RoleRight.action, RoleRight.level]
    filters = [RoleRight.role, RoleRight.model, RoleRight.action, RoleRight.level]
    groups = [RoleRight.role, RoleRight.level]


class UserRoleList(ListView[UserRole]):
    columns = [UserRole.user, UserRole.role, UserRole.primary, UserRole.company]
    filters = [UserRole.user, UserRole.role, UserRole.primary, UserRole.company]
    groups = [UserRole.role, UserRole.user, UserRole.company]


class UserRoleForm(FormView[UserRole]):
    layout = [
        header(button(BaseUserRole.make_primary)),
        group(_("Role of a user"), UserRole.user, UserRole.role, UserRole.primary, UserRole.company),
    ]


def signed_in(env: Env) -> Where:
    """Sign-ins that have neither ended nor expired."""
    return Session.ended_at.is_(None) & (Session.expires > env.now)


class SessionList(ListView[Session]):
    columns = [
        Session.user, Session.real_user, Session.agent, Session.address, Session.created_at, Session.last_seen,
        Session.ended_at,
    ]  # fmt: skip
    order = "-last_seen"
    presets = [preset("open", _("Signed in now"), signed_in, default=True), preset("all", _("All sign-ins"))]
    filters = [Session.user, Session.real_user, Session.last_seen]


class SessionForm(FormView[Session]):
    layout = [
        header(button(BaseSession.end)),
        group(
            _("Device"), Session.user, Session.agent, Session.address, Session.company, Session.working_role
        ),
        group(_("Acting for another user"), Session.real_user, Session.acting_reason),
        group(_("Time"), Session.created_at, Session.last_seen, Session.expires, Session.ended_at),
    ]


def working(env: Env) -> Where:
    """Keys that are neither revoked nor expired."""
    return ApiKey.revoked_at.is_(None) & (ApiKey.expires > env.now)


class ApiKeyList(ListView[ApiKey]):
    columns = [
        ApiKey.name, ApiKey.user, ApiKey.start, ApiKey.scope, ApiKey.kinds, ApiKey.expires, ApiKey.last_used,
        ApiKey.last_address, ApiKey.revoked_at,
    ]  # fmt: skip
    order = "-last_used"
    presets = [preset("working", _("Working keys"), working, default=True), preset("all", _("All keys"))]
    filters = [ApiKey.user, ApiKey.scope, ApiKey.expires, ApiKey.last_used]
    actions = [BaseApiKey.revoke]


class ApiKeyForm(FormView[ApiKey]):
    layout = [
        header(button(BaseApiKey.revoke)),
        group(_("API key"), ApiKey.name, ApiKey.user, ApiKey.company, ApiKey.start),
        group(_("Reach"), ApiKey.scope, ApiKey.kinds),
        group(_("Time"), ApiKey.created_at, ApiKey.expires, ApiKey.last_used, ApiKey.last_address, ApiKey.revoked_at,
            ApiKey.revoked_by),
        note(_("Users make keys in their preferences. Nobody sees the secret of somebody else's.")),
    ]  # fmt: skip


class LoginAttemptList(ListView[LoginAttempt]):
    columns = [LoginAttempt.kind, LoginAttempt.failures, LoginAttempt.last_at, LoginAttempt.blocked_until]
    order = "-last_at"
    filters = [LoginAttempt.kind, LoginAttempt.last_at]
