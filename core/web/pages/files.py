"""The file of a field, now or as it was. It is read through its record: record, field and company decide each time."""

from __future__ import annotations

from typing import Any, Final

from core.errors import NotFound
from core.files.models import Attachment
from core.files.reading import attachment
from core.files.versions import version
from core.orm.compose import ModelInfo
from core.orm.fields import Field
from core.web.file_answers import file_answer
from core.web.pages.records import id_of, model_of
from core.web.request import Request
from core.web.routes import endpoint

_FILE: Final = r"/r/{model}/{id:\d{1,19}}/file/{field}"


@endpoint("file", _FILE, "GET")
def now(request: Request) -> Any:
    """The same answer for what is missing and for what the caller may not see: not found."""
    info, key = model_of(request), id_of(request)
    found = _field(request, info)
    if info.definition is Attachment:
        stored = attachment(request.env, key).content
    else:
        stored = request.env.read(info.cls, key, [found.name])[2]
    if stored is None:
        raise NotFound()
    return file_answer(request, stored)


@endpoint("old_file", rf"{_FILE}/{{version:\d{{1,9}}}}", "GET")
def then(request: Request) -> Any:
    """What the field was given with one version of its record."""
    info, key = model_of(request), id_of(request)
    found = _field(request, info)
    if info.definition is Attachment:
        attachment(request.env, key)
    else:
        request.env.read(info.cls, key, [])
    number = int(request.matchdict["version"])
    return file_answer(request, version(request.env, info, key, found.name, number))


def _field(request: Request, info: ModelInfo) -> Field:
    found = info.fields.get(request.matchdict["field"])
    if found is None or found.kind != "file" or found.addon not in request.env.addons:
        raise NotFound()
    if found.name not in request.env.policy.readable(info):
        raise NotFound()
    return found
