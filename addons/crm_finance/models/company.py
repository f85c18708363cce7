"""What a company sets about the collection of its receivables."""

from core.api import Company, Mapped, _, field


class FinanceCompany(Company, extend=True):
    """When salespeople are told to collect by themselves."""

    collection_days: Mapped[int | None] = field(
        _("Collection to-do before due (days)"), default=None, minimum=0, maximum=365,
        help=_("Salespeople get a task so many days before an instalment is due. When left empty, they do not."),
    )  # fmt: skip
