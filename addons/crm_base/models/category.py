"""A company's own tree of customer categories."""

from core.api import CompanyOwned, Mapped, _, field, many2one


class Category(
    CompanyOwned,
    label=_("Customer category"),
    plural=_("Customer categories"),
    ordered_by="name",
    icon="category",
):
    """One dimension of classification that a company arranges as it likes, beside the option lists."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, max_length=100)
    parent: Mapped["Category | None"] = many2one(_("Part of"), default=None)
