"""What goes wrong in this room is told to the person at the console, before any page can be shown."""

from __future__ import annotations

from typing import ClassVar

from core.errors import KeyuanError
from core.i18n import _


class ServerError(KeyuanError):
    """The embedded server or the parent process cannot start; the message says why and what to do."""

    exit_code: ClassVar[int] = 1
    default = _("The server cannot be started.")
