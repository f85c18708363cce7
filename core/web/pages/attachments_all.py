"""All files that the caller may see, with their records."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from core.files.screens import ATTACHMENTS
from core.web.pages.attachments import lines
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("all_attachments", ATTACHMENTS.url, "GET")
def show(request: Request) -> Any:
    """The page of `core.files.screens`, with its rows as lines."""
    found = ATTACHMENTS.data(request.env, dict(request.GET.items()))
    kept = {"q": found["text"], "model": found["model"], "kind": found["kind"]}
    kept = {name: value for name, value in kept.items() if value}

    def url(name: str, key: str | None) -> str | None:
        return f"{ATTACHMENTS.url}?{urlencode({**kept, name: key})}" if key else None

    values = {
        "title": ATTACHMENTS.title, "lines": lines(found["rows"], request.env.language),
        "next_url": url("after", found["next"]), "previous_url": url("before", found["previous"]),
    }  # fmt: skip
    return render(request, ATTACHMENTS.template, {**found, **values})
