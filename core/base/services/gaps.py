"""Which numbering rules may be ones without gaps."""

from __future__ import annotations

from collections.abc import Iterable

from core.api import Env, ValidationFailed, _, sequences_with_drafts


def refuse_without_drafts(env: Env, sequences: Iterable[str | None]) -> None:
    """Refuse rules of documents that are numbered when they are made, because nothing says when they count."""
    if set(sequences) - sequences_with_drafts(env.composition, env.addons):
        raise ValidationFailed.at(
            "without_gaps",
            _("These records are not confirmed or posted: they get their number when they are created."),
        )
