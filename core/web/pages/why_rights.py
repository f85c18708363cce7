"""What a person or a role may do with everything: models x actions, made to be read and printed."""

from __future__ import annotations

from typing import Any

from core.auth.roles import USER
from core.auth.why.matrix import USUAL, matrix
from core.auth.why.sources import titles
from core.auth.why.subjects import (
    Subject,
    may_ask_about_others,
    oneself,
    roles_known,
    subject_of_role,
    subject_of_user,
)
from core.errors import NotFound
from core.i18n import LazyString, _
from core.orm.env import Env
from core.orm.policy import usual_label
from core.views.navigation import menu_tree
from core.web.navigation import Crumb
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("why_me", "/why/me", "GET")
def me(request: Request) -> Any:
    """Everybody may know the own rights."""
    return _page(request, oneself(request.env), _("What you may do"))


@endpoint("why_user", r"/why/user/{id:\d{1,18}}", "GET")
def user(request: Request) -> Any:
    """The rights of one person, for that person and for administrators."""
    subject = subject_of_user(request.env, int(request.matchdict["id"]))
    title = _("What {name} may do", name=subject.name)
    return _page(request, subject, title, Crumb(_("Users"), "/r/base.user"))


@endpoint("why_role", "/why/role/{code}", "GET")
def role(request: Request) -> Any:
    """The rights of one role, for who holds it and for administrators."""
    code = request.matchdict["code"]
    if len(code) > 100:
        raise NotFound()
    subject = subject_of_role(request.env, code)
    title = _("Rights of the role {name}", name=subject.name)
    return _page(request, subject, title, Crumb(_("Roles"), "/r/base.role"))


@endpoint("why_choose", "/why/choose", "GET")
def choose(request: Request) -> Any:
    """Another role, chosen on the page of one."""
    code = str(request.GET.get("role", ""))
    if code not in roles_known(request.env):
        raise NotFound()
    return redirect(request, request.path_of("why_role", code=code))


def _page(request: Request, subject: Subject, title: LazyString, *way: Crumb) -> Any:
    env = request.env
    person = subject.identity.user_id
    values = {
        "title": title, "breadcrumbs": [*way, Crumb(title)] if way else [], "subject": subject,
        "addons": matrix(subject), "columns": [usual_label(action) for action in USUAL],
        "menus": menu_tree(subject.env), "roles": _roles(env, subject), "is_role": not person,
        "others": _other_roles(env) if not person and may_ask_about_others(env) else [],
        "code": next(iter(subject.identity.held)) if not person else None, "depth": 0,
        "is_base": not person and USER.code in subject.identity.granting,
        "printed": env.now.astimezone(env.timezone),
    }  # fmt: skip
    return render(request, "why_rights.pt", values)


def _roles(env: Env, subject: Subject) -> list[tuple[str, LazyString | str]]:
    """The roles that the rights come from, with links for who may follow them."""
    known = sorted(
        subject.identity.granting & roles_known(env).keys(), key=lambda code: (code == USER.code, code)
    )
    return list(zip(known, titles(env, known), strict=True))


def _other_roles(env: Env) -> list[tuple[str, str]]:
    return sorted(roles_known(env).items(), key=lambda item: str(item[1]))
