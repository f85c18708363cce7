"""What a company sets about approvals of credit."""

from core.api import Company, Mapped, _, field


class CreditCompany(Company, extend=True):
    """How long an approval is good, and whether one may approve what one has asked for."""

    credit_approval_days: Mapped[int | None] = field(
        _("Credit approvals are good for (days)"), default=14, minimum=0, maximum=3650,
        help=_("After so many days the approval of an order or delivery has to be asked for again. When left empty, "
               "it does not end."),
    )  # fmt: skip
    credit_own_approval: Mapped[bool] = field(
        _("Approve own credit requests"), default=False,
        help=_("Whether people who may approve credit decide on their own requests as well."),
    )  # fmt: skip
