"""A paper with a scan, one that nobody may see, and one that nobody may change; a receipt that needs its proof."""

from core.api import CompanyOwned, Mapped, Owned, State, StoredFile, _, field, file, state_field, transition

OPEN = State("open", _("Open paper"))
SHUT = State("shut", _("Shut"), final=True)


class Paper(CompanyOwned, Owned, label=_("Paper"), plural=_("Papers"), display="title"):
    """Something written."""

    title: Mapped[str] = field(_("Title"), searchable=True, sortable=True)
    scan: Mapped[StoredFile | None] = file(_("Scan"), default=None, tracked=True)
    hidden: Mapped[StoredFile | None] = file(_("Hidden"), default=None, visible_to=("toy_papers.nobody",))
    fixed: Mapped[StoredFile | None] = file(_("Fixed"), default=None, readonly=True)
    state: Mapped[State] = state_field(OPEN)

    @transition(OPEN, to=SHUT, label=_("Shut down"))
    def shut(self) -> None:
        """It is done."""


class Receipt(CompanyOwned, label=_("Receipt"), plural=_("Receipts")):
    """Nothing without its proof."""

    name: Mapped[str] = field(_("Name"))
    proof: Mapped[StoredFile] = file(_("Proof"))
