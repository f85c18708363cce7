"""What documents are: drawing, minutes, acceptance paper. A list of options, which a company's administrators edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from core.auth.models import Option
from core.i18n import _
from core.orm.declared import options
from core.orm.env import Env
from core.orm.grams import matches

DOCUMENT_KINDS: Final = "base.document_kind"
MOST_KINDS: Final = 500

SHIPPED = options(
    DOCUMENT_KINDS,
    [
        ("drawing", _("Drawing")),
        ("specification", _("Specification")),
        ("minutes", _("Minutes")),
        ("acceptance", _("Acceptance paper")),
        ("contract", _("Contract scan")),
        ("certificate", _("Certificate")),
        ("letter", _("Letter")),
        ("photo", _("Photo")),
        ("other", _("Other document")),
    ],
)


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind in both languages. One that is not `active` is offered no more; its documents keep it."""

    id: int
    names: dict[str, str]
    active: bool

    def name(self, language: str) -> str:
        """In one language, else in any."""
        return self.names.get(language) or next(iter(self.names.values()), f"#{self.id}")

    def is_called(self, text: str) -> bool:
        """Whether a search text finds it, in whatever language."""
        return matches(text, list(self.names.values()))


def document_kinds(env: Env) -> list[DocumentKind]:
    """The company's kinds in their order."""
    statement = (
        select(Option.id, Option.name, Option.active)
        .where(Option.list_code == DOCUMENT_KINDS)
        .order_by(Option.sequence, Option.id)
        .limit(MOST_KINDS)
    )
    return [DocumentKind(key, dict(names or {}), active) for key, names, active in env.rows(statement)]
