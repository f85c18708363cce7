"""What a form is told while somebody types: hints, and what follows from the values."""

from __future__ import annotations

from typing import Any

from core.views.hint import ask_hints
from core.views.resolve import form_for
from core.web.pages.records import id_of, model_of, place, require_record
from core.web.pages.records_form import empty_form, form_of
from core.web.pages.records_parts import answer
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("hints", "/r/{model}/hints", "POST")
def hints(request: Request) -> Any:
    """What is to be said about the values typed so far; asked while typing."""
    env, info = request.env, model_of(request)
    view = form_for(env, info.key)
    form = empty_form(request, info, view)
    form.read(request.POST, complete=True)
    values = {name: value for name, value in form.changed().items() if value not in (None, "", [])}
    own = str(request.POST.get("version", ""))
    found = ask_hints(env, view.hints, values) if values and not own else []
    return render(request, "edit.pt", {"hints": found, "info": info}, macro="hints")


@endpoint("new_record_live", "/r/{model}/new/live", "POST")
def live_new(request: Request) -> Any:
    """What follows from what is typed for a new record."""
    info = model_of(request, "create")
    view = form_for(request.env, info.key)
    form = empty_form(request, info, view)
    form.read(request.POST, complete=True)
    return answer(request, info, view, form, None, place(request))


@endpoint("record_live", r"/r/{model}/{id:\d{1,19}}/live", "POST")
def live(request: Request) -> Any:
    """The same for a record that is changed."""
    info = model_of(request, "update")
    view = form_for(request.env, info.key)
    record = request.env.get(info.cls, id_of(request))
    require_record(request, info, record, "update")
    form = form_of(request, info, view, record)
    form.read(request.POST)
    return answer(request, info, view, form, record, place(request))
