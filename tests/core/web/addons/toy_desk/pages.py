"""A page of its own, with its own template."""

from collections.abc import Mapping
from typing import Any

from core.api import Env, Page, _
from toy_desk.models import Job


def figures(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    return {"number": env.count(Job).value, "said": params.get("say", "")}


hello = Page("toy_desk.hello", _("Hello"), template="hello.pt", data=figures, right=("read", Job))
