"""Answers of the API that are no failure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pyramid.response import Response


def json_answer(data: Mapping[str, Any] | Sequence[Any], *, status: int = 200) -> Response:
    """Data as JSON, texts as they are."""
    return Response(
        json.dumps(data, ensure_ascii=False).encode(), status=status, content_type="application/json"
    )
