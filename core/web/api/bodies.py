"""The body of a request, read strictly: one JSON value, of which everybody who reads it makes the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn

from core.errors import BadRequest, UserError
from core.i18n import LazyString, _
from core.views.filters import shortened

if TYPE_CHECKING:
    from core.web.request import Request

JSON: Final = "application/json"
DEEPEST: Final = 12


class NotJson(UserError):
    """The body is of another type."""

    default = _("The body has to be JSON, with the header “Content-Type: application/json”.")


def body_of(request: Request) -> Any:
    """The value that was sent. How large it may be is asked before anything is read."""
    if request.content_type != JSON:
        raise NotJson()
    return parsed(request.body)


def object_of(request: Request) -> dict[str, Any]:
    """An object; where nothing was sent at all, an empty one."""
    if not request.body:
        return {}
    found = body_of(request)
    if not isinstance(found, dict):
        raise BadRequest(_("The body has to be a JSON object."))
    return found


def parsed(text: bytes) -> Any:
    """Raises BadRequest for what is no JSON in UTF-8, says a name twice, or is nested too deeply. Fractions keep all
    their digits.
    """
    try:
        found = json.loads(
            text.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_pairs
        )
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # a wrong character, a wrong syntax, a number of a million digits
        raise BadRequest(_("The body is not valid JSON in UTF-8.")) from None
    _refuse_deep(found)
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadRequest(_("{name} is not a JSON value.", name=name))


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadRequest(_("The body names “{name}” twice.", name=shortened(twice)))
    return found


def _refuse_deep(value: Any, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise _too_deep()
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _refuse_deep(part, depth + 1)


def _too_deep() -> BadRequest:
    told: LazyString = _("The body is nested more than {most} levels deep.", most=DEEPEST)
    return BadRequest(told)
