"""The choices of lists that administrators edit: customer source, industry, reason of losing."""

import secrets
from typing import Any

from sqlalchemy.orm import Mapped

from core.i18n import _
from core.orm.fields import field, translated
from core.orm.model import Shared


def own_code(env: Any) -> str:
    """Choices that people add need no code of their own thinking; programs and imports name theirs."""
    return f"own-{secrets.token_hex(4)}"


class Option(
    Shared, label=_("Option"), plural=_("Options"), display="name", ordered_by="sequence",
    unique=[("list_code", "code")], icon="list",
    names=("list_code",),
):  # fmt: skip
    """One choice of one list, in both languages. An inactive one stays on old records and is offered no more."""

    list_code: Mapped[str] = field(_("List"), sortable=True, index=True, max_length=80)
    code: Mapped[str] = field(_("Code"), default=own_code, sortable=True, max_length=60)
    name: Mapped[dict[str, str]] = translated(_("Name"))
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    active: Mapped[bool] = field(_("Active"), default=True)
    colour: Mapped[str | None] = field(_("Colour"), default=None, max_length=20)
