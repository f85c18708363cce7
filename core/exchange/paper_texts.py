"""What a company says on its papers in its own words: letterhead, opening and closing, for each kind and language.

A text may name fields of the document in braces, `{number}`; nothing else in it means anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from core.errors import ValidationFailed
from core.exchange.models import EVERY_PAPER, PaperText
from core.i18n import _
from core.modules.events import implements
from core.modules.hookspecs import after_write, before_create
from core.orm.env import Env
from core.orm.stored_file import StoredFile

LARGEST_LOGO: Final = 512 * 1024
PICTURES: Final = frozenset({"image/png", "image/jpeg"})
_NAMED: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_WORDS: Final = ("letterhead", "opening", "closing", "foot", "mail")


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """The words of one paper in one language; empty where the company has none."""

    letterhead: str = ""
    opening: str = ""
    closing: str = ""
    foot: str = ""
    mail: str = ""
    logo: StoredFile | None = None

    def filled(self, values: Mapping[str, str]) -> OwnTexts:
        """With the values of the document in the place of their names."""
        words: dict[str, Any] = {name: fill(getattr(self, name), values) for name in _WORDS}
        return replace(self, **words)


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with values in the place of `{name}`; a name that is unknown stays as it is written."""
    return _NAMED.sub(lambda found: values.get(found[1], found[0]), text)


def own_texts(env: Env, paper: str, language: str) -> OwnTexts:
    """The company's words: those for this paper, and for what it leaves empty those for all papers."""
    system = env.sudo(_("the company's own words on its papers"))
    kinds = system.search(
        PaperText, PaperText.document.in_([paper, EVERY_PAPER]), PaperText.language == language, order="-id"
    )
    kinds.sort(key=lambda one: one.document == EVERY_PAPER)
    found: dict[str, Any] = {}
    for name in (*_WORDS, "logo"):
        found[name] = next((value for one in kinds if (value := getattr(one, name))), None)
    return OwnTexts(**{name: value for name, value in found.items() if value is not None})


@implements(before_create, model=PaperText)
def check_new_texts(env: Env, rows: list[dict[str, Any]]) -> None:
    """A logo is a picture that both browsers and PDF show, and people make one text for each kind and language."""
    for row in rows:
        _check_logo(row.get("logo"))
        _check_single(env, row.get("document", EVERY_PAPER), row.get("language"))


@implements(after_write, model=PaperText)
def check_changed_texts(env: Env, records: Sequence[Any]) -> None:
    """The same of a text that was changed."""
    for one in records:
        _check_logo(one.logo)
        _check_single(env, one.document, one.language, one.id)


def _check_logo(logo: StoredFile | None) -> None:
    if logo is not None and (logo.media not in PICTURES or logo.size > LARGEST_LOGO):
        text = _("A logo is a PNG or JPEG picture of at most {most} kilobytes.", most=LARGEST_LOGO // 1024)
        raise ValidationFailed.at("logo", text)


def _check_single(env: Env, document: Any, language: Any, own: int = 0) -> None:
    """Of two that were made at the same moment the newer one counts."""
    same = (PaperText.document == document, PaperText.language == language, PaperText.id != own)
    if not env.is_system and env.first(PaperText, *same) is not None:
        raise ValidationFailed.at("document", _("There is a text for this kind and language already."))
