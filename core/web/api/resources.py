"""The addresses of records for programs: `/api/v1/<model>`, the same for every model that the registry knows.

What an address means is asked as the pages ask it, so what is no page is no resource either. Each function reads the
request, has the work done by functions of an Env, and answers in plain values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pyramid.response import Response

from core.errors import BadRequest
from core.i18n import _
from core.orm.compose import ModelInfo
from core.web.api import writing
from core.web.api.answers import json_answer
from core.web.api.asked import OF_RECORD, asked_of, named_fields, refuse_unknown
from core.web.api.bodies import body_of, object_of
from core.web.api.conditions import seen_version, seen_version_if_any, tagged
from core.web.api.lines import shown_lines
from core.web.api.once import Done, once
from core.web.api.reading import ROOT, list_of, record_of
from core.web.api.refused import explained
from core.web.api.steps import method_named, run_step
from core.web.api.values import givable
from core.web.pages.records import id_of, model_of
from core.web.request import Request
from core.web.routes import endpoint

_RECORD: Final = ROOT + r"/{model}/{id:\d{1,19}}"


@endpoint("api_records", ROOT + "/{model}", "GET", key=True)
@explained
def show_list(request: Request) -> Any:
    """One page of records."""
    info = model_of(request)
    return json_answer(list_of(request.env, info, asked_of(request.env, info, _pairs(request))))


@endpoint("api_records", ROOT + "/{model}", "POST", key=True)
@explained
def create(request: Request) -> Any:
    """One record of an object, or all of a list of them."""
    info = model_of(request, "create")
    refuse_unknown(_pairs(request), ())
    body = body_of(request)
    return once(request, lambda: _created(request, info, body))


@endpoint("api_record", _RECORD, "GET", key=True)
@explained
def show(request: Request) -> Any:
    """One record, with the parts that its form shows."""
    info, key = model_of(request), id_of(request)
    return _shown(request, info, key)


@endpoint("api_record", _RECORD, "PATCH", key=True)
@explained
def change(request: Request) -> Any:
    """Set what the body names, merged with what others have changed since."""
    env, info, key, version = request.env, model_of(request, "update"), id_of(request), seen_version(request)
    body = object_of(request)
    _names(request, info)
    record = writing.change_record(env, info, key, version, body)
    if not env.can("read", record):  # who gives a record away may not see it any more
        return tagged(json_answer({"id": key, "version": record.version}), record.version)
    return _shown(request, info, key)


@endpoint("api_record", _RECORD, "DELETE", key=True)
@explained
def delete(request: Request) -> Any:
    """Into the bin."""
    info, key = model_of(request, "delete"), id_of(request)
    refuse_unknown(_pairs(request), ())
    writing.delete_record(request.env, info, key, seen_version(request))
    return Response(status=204)


@endpoint("api_step", _RECORD + "/{step}", "POST", key=True)
@explained
def run(request: Request) -> Any:
    """A step or action, with its declared arguments as the body."""
    env, info, key = request.env, model_of(request), id_of(request)
    method = method_named(env, info, request.matchdict["step"])
    refuse_unknown(_pairs(request), ())
    body, version = object_of(request), seen_version_if_any(request)

    def work() -> Done:
        found, further = run_step(env, info, key, method, body, version)
        return Done(200, "", found, further)

    return once(request, work)


def _created(request: Request, info: ModelInfo, body: Any) -> Done:
    env = request.env
    if not isinstance(body, (dict, list)):
        raise BadRequest(_("The body has to be a JSON object, or a list of them."))
    ids = writing.create_records(env, info, body if isinstance(body, list) else [body])
    made = [{"id": one.id, "version": one.version} for one in env.load(info, ids)]
    if isinstance(body, list):
        return Done(201, "", {"items": made})
    return Done(201, f"{ROOT}/{info.key}/{ids[0]}", made[0])


def _shown(request: Request, info: ModelInfo, key: int) -> Any:
    found = record_of(request.env, info, key, _names(request, info))
    return tagged(json_answer(found), found["version"])


def _names(request: Request, info: ModelInfo) -> list[str] | None:
    """The fields and lists of parts that the address names."""
    pairs = _pairs(request)
    refuse_unknown(pairs, OF_RECORD)
    known = {*givable(request.env, info), *shown_lines(request.env, info)}
    return named_fields(request.env, info, pairs, known)


def _pairs(request: Request) -> Sequence[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in request.GET.items()]
