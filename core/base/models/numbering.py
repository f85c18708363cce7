"""How administrators decide on numbers without gaps."""

from typing import Any

from core.api import Numbering, Where, _, action, and_, sequences_with_drafts


def could_be_without_gaps(env: Any) -> Where:
    """Documents that are confirmed or posted, and are numbered when they are drafts."""
    return and_(_has_drafts(env), ~Numbering.without_gaps)


def is_without_gaps(env: Any) -> Where:
    """Documents that are numbered when they are confirmed or posted."""
    return Numbering.without_gaps.is_(True)


def _has_drafts(env: Any) -> Where:
    where: Where = Numbering.sequence.in_(sorted(sequences_with_drafts(env.composition, env.addons)))
    return where


class BaseNumbering(Numbering, extend=True):
    """A rule is switched over by a step: it is offered where the documents say when they count."""

    @action(
        label=_("Number without gaps"), right="update", by=could_be_without_gaps, icon="list-numbers",
        confirm=_(
            "New drafts get a provisional number, which begins with *. The final number is drawn when the document is "
            "confirmed or posted; from then on it is cancelled or reversed, and not deleted. Documents that have a "
            "number keep it."
        ),
    )  # fmt: skip
    def close_gaps(self) -> None:
        """From now on the final numbers follow each other without a gap."""
        self.without_gaps = True

    @action(
        label=_("Allow gaps"), right="update", by=is_without_gaps, icon="list",
        confirm=_(
            "New drafts get their number at once. Drafts with a provisional number still get a final one when they are "
            "confirmed or posted."
        ),
    )  # fmt: skip
    def allow_gaps(self) -> None:
        """Numbers are given when documents are created, as before."""
        self.without_gaps = False
