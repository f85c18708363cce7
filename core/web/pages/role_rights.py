"""What a role may do: a table of models and actions with the level of each, addon by addon, and going back to what is
shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.auth.models import RoleRow
from core.auth.role_matrix import (
    AS_SHIPPED,
    LEVEL_LABELS,
    Key,
    addons_with_rights,
    change_rights,
    may_change,
    restore_shipped,
    rights_on,
    role_of,
)
from core.errors import BadRequest, UserError
from core.i18n import LazyString, _, _n
from core.orm.attempts import attempt
from core.web.navigation import Crumb
from core.web.pages.records_name import title_of
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

WANTED, SEEN = "right", "seen"
_SEPARATOR: Final = ":"


@dataclass(frozen=True, slots=True)
class AddonTab:
    """One addon above the table."""

    label: LazyString
    url: str
    is_current: bool


@endpoint("role_rights", r"/roles/{id:\d{1,18}}/rights", "GET")
def show(request: Request) -> Any:
    return _page(request, role_of(request.env, int(request.matchdict["id"])))


@endpoint("role_rights", r"/roles/{id:\d{1,18}}/rights", "POST")
def save(request: Request) -> Any:
    """What differs from what was shown is changed, all of it or nothing."""
    env = request.env
    role = role_of(env, int(request.matchdict["id"]))
    try:
        with attempt(env):
            count = change_rights(env, role, posted(request, SEEN), posted(request, WANTED))
    except UserError as refused:
        return _page(request, role, refused)
    request.toast(_n("{n} right has been changed.", "{n} rights have been changed.", count))
    return redirect(request, _address(request, role, chosen_addon(request)))


@endpoint("restore_role", r"/roles/{id:\d{1,18}}/restore", "POST")
def restore(request: Request) -> Any:
    """Rights, menus and buttons of the role are as shipped again."""
    role = role_of(request.env, int(request.matchdict["id"]))
    count = restore_shipped(request.env, role)
    request.toast(_n("{n} change was taken back.", "{n} changes were taken back.", count))
    return redirect(request, _address(request, role))


def posted(request: Request, prefix: str) -> dict[Key, str]:
    """The values of a table's fields, which are named `prefix:model:action`."""
    found = {}
    for name, value in request.POST.items():
        parts = name.split(_SEPARATOR)
        if parts[0] == prefix and len(parts) == 3:
            found[parts[1], parts[2]] = str(value)
    if any(value not in ("", *LEVEL_LABELS) for value in found.values()):
        raise BadRequest()
    return found


def chosen_addon(request: Request) -> str:
    """The addon that the address names, else the first that is not the kernel."""
    known = addons_with_rights(request.env)
    wanted = request.params.get("addon", "")
    usual = next((name for name in known if name != "base"), "base")
    return wanted if wanted in known else usual


def addon_tabs(request: Request, current: str) -> list[AddonTab]:
    """The addons of the company; the kernel's own models come last."""
    known = addons_with_rights(request.env)
    names = sorted(known, key=lambda name: name == "base")
    return [AddonTab(known[name], f"{request.path}?addon={name}", name == current) for name in names]


def role_frame(request: Request, role: RoleRow) -> dict[str, Any]:
    """What stands around every page about the rights of one role."""
    name = title_of(request.env, role)
    crumbs = [Crumb(_("Roles"), "/p/base.role_tree"), Crumb(name, f"/r/base.role/{role.id}")]
    return {
        "role": role, "role_name": name, "breadcrumbs": crumbs, "may_change": may_change(request.env, role),
        "matrix": request.registry.settings["keyuan.templates"]["role_rights.pt"].file,
    }  # fmt: skip


def _address(request: Request, role: RoleRow, addon: str | None = None) -> str:
    here = request.path_of("role_rights", id=role.id)
    return f"{here}?addon={addon}" if addon else here


def _page(request: Request, role: RoleRow, refused: UserError | None = None) -> Any:
    addon = chosen_addon(request)
    frame = role_frame(request, role)
    values = {
        **frame, "title": _("Rights of the role {role}", role=frame["role_name"]),
        "models": rights_on(request.env, role, addon), "levels": _labels(), "tabs": addon_tabs(request, addon),
        "addon": addon, "problems": _problems(refused), "tried": posted(request, WANTED) if refused else {},
    }  # fmt: skip
    return render(request, "role_rights.pt", values, status=422 if refused else 200)


def _labels() -> Mapping[str, LazyString]:
    return {**LEVEL_LABELS, AS_SHIPPED: _("As shipped")}


def _problems(refused: UserError | None) -> list[Any]:
    if refused is None:
        return []
    named = getattr(refused, "problems", None)
    return [text for texts in named.values() for text in texts] if named else [refused]
