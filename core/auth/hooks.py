"""What follows by itself from changes of the kernel's own records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from core.auth.acting import is_acting
from core.auth.api_keys_kept import end_keys_of
from core.auth.models import Company, Department, Employee, Notice, User, UserRole
from core.auth.models.employee import ACTIVE
from core.auth.org_checks import refuse_circles
from core.auth.role_rows import let_in
from core.auth.sessions import end_all_sessions, folded_login
from core.errors import AccessDenied, ValidationFailed
from core.i18n import _, time_zone
from core.modules.events import implements
from core.modules.hookspecs import (
    after_create,
    after_erase,
    after_write,
    before_create,
    before_delete,
    before_write,
)
from core.orm.env import Env
from core.orm.erasing import forget
from core.orm.removing import belonging, remove_rows, telling
from core.orm.trust import TRUSTED


@implements(before_create, model=User)
def fold_new_logins(rows: list[dict[str, Any]]) -> None:
    """Login names are stored in the form in which they are compared."""
    for row in rows:
        if isinstance(row.get("login"), str):
            row["login"] = folded_login(row["login"])


@implements(before_write, model=User)
def fold_changed_logins(records: Sequence[Any]) -> None:
    """The same when an administrator renames an account."""
    for user in records:
        if user.login and user.login != folded_login(user.login):
            user.login = folded_login(user.login)


@implements(before_create, model=User)
@implements(before_write, model=User)
@implements(before_create, model=UserRole)
@implements(before_delete, model=UserRole)
def keep_accounts_in_the_own_name(env: Env) -> None:
    """Nobody changes accounts or who holds which role while they act for somebody: it would be in a borrowed name."""
    if is_acting(env) and not env.is_system:
        raise AccessDenied(_("Accounts and roles cannot be changed while you act for somebody."))


@implements(after_write, model=User)
def sign_out_blocked_users(env: Env, records: Sequence[Any]) -> None:
    """A blocked user is out at once; the old sessions and keys do not come back when the block is lifted."""
    for user in records:
        if user.blocked:
            end_all_sessions(env.session, user.id)
            end_keys_of(env, user.id)


@implements(before_create, model=Company)
def check_zone_of_new_companies(rows: list[dict[str, Any]]) -> None:
    """A company's day begins in its zone; a zone that does not exist has no day."""
    for row in rows:
        _check_zone(row.get("timezone"))


@implements(before_write, model=Company)
def check_changed_zones(records: Sequence[Any]) -> None:
    """The same when it is changed."""
    for company in records:
        _check_zone(company.timezone)


@implements(after_create, model=Employee)
@implements(after_write, model=Employee)
def let_employees_in(env: Env, records: Sequence[Any]) -> None:
    """Whoever has an employee file and an account works in the company."""
    let_in(
        env, {record.user_id for record in records if record.user_id is not None and record.status == ACTIVE}
    )


@implements(after_write, model=Employee)
def refuse_circles_of_superiors(env: Env, records: Sequence[Any]) -> None:
    """Nobody is the superior of a superior of one's own."""
    problem = _("Somebody cannot be the superior of the own superior.")
    refuse_circles(env, Employee, "superior", records, problem)


@implements(after_write, model=Company)
def refuse_circles_of_companies(env: Env, records: Sequence[Any]) -> None:
    """No company is the parent of its own parent."""
    problem = _("A company cannot be the parent of its own parent company.")
    refuse_circles(env, Company, "parent", records, problem)


@implements(after_write, model=Department)
def refuse_circles_of_departments(env: Env, records: Sequence[Any]) -> None:
    """No department lies inside itself."""
    problem = _("A department cannot lie inside one of its own departments.")
    refuse_circles(env, Department, "parent", records, problem)


def _check_zone(name: Any) -> None:
    if not isinstance(name, str) or not name:
        return
    try:
        time_zone(name)
    except ValueError:
        raise ValidationFailed.at("timezone", _("There is no time zone {name}.", name=name[:60])) from None


@implements(after_erase)
def remove_notices_that_tell(env: Env, model: type[Any], ids: Sequence[int], words: Sequence[str]) -> None:
    """Notices about somebody whose data were erased, and others that name them, go for good."""
    info = env.info(Notice)
    naming = select(info.cls.id).where(
        info.cls.company_id == env.company_id, telling([info.table.c.text], words)
    )
    found = belonging(env, info, env.composition.info(model).key, ids)
    found |= set(env.session.scalars(naming, execution_options=TRUSTED)) if words else set()
    if found:
        reason = str(_("notices about erased personal data"))
        remove_rows(env.sudo(reason), info, found)
        forget(env, info, found, ["text"], reason)
