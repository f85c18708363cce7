"""Which menus and buttons a role shows or hides, addon by addon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from core.auth.models import RoleRow
from core.auth.models.role_rights import BUTTON, MENU
from core.auth.rights_of_screens import button_name
from core.auth.role_matrix import AS_SHIPPED, role_of
from core.auth.role_screens import HIDDEN, SHOWN, decide, decided
from core.errors import BadRequest
from core.i18n import LazyString, _, _n
from core.orm.env import Env
from core.views.actions import offered_methods
from core.views.registry import registry_of
from core.web.pages.role_rights import addon_tabs, chosen_addon, role_frame
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

CHOICES: Final = {AS_SHIPPED: _("As shipped"), SHOWN: _("Shown"), HIDDEN: _("Hidden")}


@dataclass(frozen=True, slots=True)
class Part:
    """One menu or button with what the role says of it."""

    kind: str
    name: str
    label: LazyString
    chosen: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class PartGroup:
    """The menus of an addon, or the buttons of one model."""

    label: LazyString
    parts: list[Part]


@endpoint("role_screens", r"/roles/{id:\d{1,18}}/screens", "GET")
def show(request: Request) -> Any:
    role, addon = role_of(request.env, int(request.matchdict["id"])), chosen_addon(request)
    frame = role_frame(request, role)
    values = {
        **frame, "title": _("Menus and buttons of the role {role}", role=frame["role_name"]),
        "groups": list(_groups(request.env, role, addon)), "tabs": addon_tabs(request, addon), "addon": addon,
        "choices": CHOICES,
    }  # fmt: skip
    return render(request, "role_screens.pt", values)


@endpoint("role_screens", r"/roles/{id:\d{1,18}}/screens", "POST")
def save(request: Request) -> Any:
    """Only what exists can be shown or hidden."""
    env, addon = request.env, chosen_addon(request)
    role = role_of(env, int(request.matchdict["id"]))
    known = {(part.kind, part.name) for group in _groups(env, role, addon) for part in group.parts}
    wanted = {key: str(request.POST[name]) for key in known if (name := f"{key[0]}:{key[1]}") in request.POST}
    if any(how not in CHOICES for how in wanted.values()):
        raise BadRequest()
    count = decide(env, role, wanted)
    request.toast(
        _n("{n} menu or button has been changed.", "{n} menus or buttons have been changed.", count)
    )
    return redirect(request, f"{request.path}?addon={addon}")


def _groups(env: Env, role: RoleRow, addon: str) -> Iterator[PartGroup]:
    said = decided(env, role)
    menus = list(_menus(addon, said))
    if menus:
        yield PartGroup(_("Menus"), menus)
    for info in env.composition.models.values():
        methods = offered_methods(info, env.addons).values() if info.addon in env.addons else ()
        parts = [
            Part(BUTTON, name, method.label, said.get((BUTTON, name), AS_SHIPPED))
            for method in methods
            if method.addon == addon and (name := button_name(info, method))
        ]
        if parts:
            yield PartGroup(_("Buttons: {model}", model=info.plural), parts)


def _menus(addon: str, said: dict[tuple[str, str], str]) -> Iterator[Part]:
    """The entries of the addon in the order of the tree, branches before what is in them."""
    entries = registry_of().menus
    mine = [entry for home, entry in entries.values() if home == addon]

    def path(key: str | None) -> tuple[tuple[int, str], ...]:
        if key is None or key not in entries:
            return ()
        entry = entries[key][1]
        return (*path(entry.parent), (entry.sequence, entry.key))

    for entry in sorted(mine, key=lambda entry: path(entry.key)):
        chosen = said.get((MENU, entry.key), AS_SHIPPED)
        yield Part(MENU, entry.key, entry.label, chosen, len(path(entry.key)) - 1)
