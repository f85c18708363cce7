"""What a request says about the version that its sender has seen: `If-Match: "7"`, as `ETag` told it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from core.errors import BadRequest, UserError
from core.i18n import _

if TYPE_CHECKING:
    from core.web.request import Request

_TAG: Final = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')


class VersionNeeded(UserError):
    """A change that does not say what it changes might undo what somebody else did a minute ago."""

    default = _("Say which version you have seen: send its ETag in the header “If-Match”.")


def seen_version(request: Request) -> int:
    """The version in `If-Match`. Raises VersionNeeded."""
    found = seen_version_if_any(request)
    if found is None:
        raise VersionNeeded()
    return found


def seen_version_if_any(request: Request) -> int | None:
    """None where the request says nothing of it. BadRequest for anything but one version."""
    text = request.headers.get("If-Match")
    if text is None:
        return None
    found = _TAG.fullmatch(text.strip())
    if found is None:
        raise BadRequest(_('“If-Match” takes the ETag of one version, such as "7".'))
    return int(found[1])


def tagged(response: Any, version: int) -> Any:
    """The answer with the version that it shows."""
    response.headers["ETag"] = f'"{version}"'
    return response
