"""The overview of option lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from core.api import Env, LazyString, Option, Page, _, _n
from core.base.difference_pages import DIFFERENCES
from core.base.hand_over_list import HAND_OVER_LIST
from core.base.organisation_tree import ORGANISATION


def option_lists(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """Every list of the company's addons, by addon, with the number of its choices and where they are edited."""
    titles = titles_of_lists(env)
    counts = {row.keys[0]: row.count for row in env.group(Option, ["list_code"])}
    addons = {loaded.name: loaded.manifest.title for loaded in env.composition.loaded}
    groups: dict[str, list[dict[str, Any]]] = {}
    for code, title in titles.items():
        addon = code.partition(".")[0]
        found = urlencode({"f": f"list_code:eq:{code}", "order": "sequence"})
        entry = {
            "code": code,
            "title": title,
            "count": _n("{n} choice", "{n} choices", counts.get(code, 0)),
            "url": f"/r/base.option?{found}",
            "add_url": f"/r/base.option/new?{urlencode({'list_code': code})}",
        }
        groups.setdefault(addon, []).append(entry)
    return {
        "groups": [{"title": addons.get(addon, addon), "lists": lists} for addon, lists in groups.items()],
        "may_add": env.can("create", Option),
    }


def titles_of_lists(env: Env) -> dict[str, LazyString]:
    """List code -> what the lists are called in forms: the label of the first field that offers it."""
    found: dict[str, LazyString] = {}
    for info in env.composition.models.values():
        for field in info.fields_for(env.addons).values():
            if field.option_list is not None:
                found.setdefault(field.option_list, field.label)
    for info in env.composition.models.values():
        for method in info.methods.values():
            for argument in method.arguments if method.addon in env.addons else ():
                if argument.spec.list is not None:
                    found.setdefault(argument.spec.list, argument.label)
    return found


__all__ = ["DIFFERENCES", "HAND_OVER_LIST", "OPTION_LISTS", "ORGANISATION"]

OPTION_LISTS = Page(
    "base.option_lists", _("Option lists"), "option_lists.pt", option_lists, right=("update", Option)
)
