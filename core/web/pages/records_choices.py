"""Proposals for a reference while somebody types: at most twenty, of what the caller may see."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pyramid.response import Response

from core.errors import BadRequest, NotFound
from core.i18n import _
from core.orm.among import fitting
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.orm.naming import called_like
from core.orm.proposals import values_of
from core.orm.values import convert_all
from core.views.filters import checked_text, shortened
from core.web.forms import RECORD, typed_arguments
from core.web.names import name_columns, name_in
from core.web.pages.records import model_of
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.relations import parse_id

MOST: Final = 20
LONGEST: Final = 100
WITH: Final = "with."
"""Values on which it depends what fits, as the form holds them."""


@endpoint("choices", "/r/{model}/choices", "GET")
def choices(request: Request) -> Response:
    """`[[12, "…"], …]` for a field, a filter, or an argument of a method."""
    return choices_answer(request, _reference(request, model_of(request)))


def choices_answer(request: Request, field: Field) -> Response:
    """The proposals for a field that the caller may ask for."""
    text = checked_text(request.GET.get("q", "").strip())
    if len(text) > LONGEST:
        raise BadRequest(_("The text is too long: at most {most} characters are possible.", most=LONGEST))
    found = proposals(request.env, field, text, _limit(request, field))
    body = json.dumps(found, ensure_ascii=False)
    return Response(body, content_type="application/json", charset="utf-8")


def _reference(request: Request, info: ModelInfo) -> Field:
    env, params = request.env, request.GET
    if "method" in params:
        method = info.methods.get(params["method"])
        if method is None or method.addon not in env.addons:
            raise NotFound()
        name = params.get("argument", "")
        found = next((one.source for one in typed_arguments(method) if one.source.name == name), None)
    else:
        name = params.get("field") or params.get("filter", "")
        known = info.fields_for(env.addons).get(name)
        seen = env.policy.readable(info) | env.policy.editable(info)
        found = known if known is not None and name in seen else None
    if found is None or found.kind not in TO_ONE | TO_MANY:
        raise BadRequest(_("“{name}” points to no records.", name=shortened(name)))
    return found


def _limit(request: Request, field: Field) -> list[Any]:
    """What fits, by the values that the form sends along, and by those of the record that it is about."""
    if field.among is None:
        return []
    env = request.env
    info = env.info(str(request.matchdict["model"]))
    values: dict[str, Any] = {}
    if (told := request.GET.get("record")) is not None:
        try:
            record: Any = env.get(info.key, parse_id(told))
        except ValueError:
            raise NotFound() from None
        values = {**values_of(info, record), RECORD: record}
    values |= _sent(env, info, request.GET, WITH)
    if info.part_of is not None and info.whole is not None:
        above = f"{info.part_of.name}."
        found = _sent(env, info.whole, request.GET, WITH + above)
        values |= {f"{above}{name}": value for name, value in found.items()}
    where, _names = fitting(env, field, values)
    return [] if where is None else [where]


def _sent(env: Env, info: ModelInfo, params: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """Values of a model as the form holds them now."""
    sent = {
        name.removeprefix(prefix): text or None for name, text in params.items() if name.startswith(prefix)
    }
    known = {name: _plain(info, name, text) for name, text in sent.items() if name in info.fields}
    return convert_all(info, known, env.language, {})


def _plain(info: ModelInfo, name: str, text: str | None) -> Any:
    """An input's text as a value: references by their number."""
    if text is not None and info.fields[name].kind in TO_ONE:
        try:
            return parse_id(text)
        except ValueError:
            return None
    return text


def proposals(env: Env, field: Field, text: str, where: Sequence[Any] = ()) -> list[tuple[int, str]]:
    """Records that a reference may point to; of an option list its active options only."""
    if field.kind != "option":
        return _records(env, env.info(field.target_key), text, where)
    option = env.info("base.option").cls
    where = [option.list_code == field.option_list, option.active.is_(True)]
    if text:
        where.append(env.condition("base.option", "name", "contains", text))
    page = env.page("base.option", ["name"], *where, order="sequence", limit=MOST)
    return [(row[0], str(row[2])) for row in page.rows]


def _records(env: Env, target: ModelInfo, text: str, limit: Sequence[Any]) -> list[tuple[int, str]]:
    """By the search of the model, else by the beginning of its name, in the order of its names where it has one."""
    where = list(limit)
    display, named = target.fields[target.display], name_columns(env, target)
    if text and not target.searchable:
        like = called_like(env, target, text)
        if like is None:
            return []
        where.append(like)
    search = text if text and target.searchable else None
    order = target.display if named and display.sortable and search is None else None
    known = target.order.removeprefix("-") in env.policy.readable(target)
    page = env.page(
        target, named, *where, search=search, order=order or (target.order if known else "-id"), limit=MOST
    )
    return [(row[0], name_in(page, row)) for row in page.rows]
