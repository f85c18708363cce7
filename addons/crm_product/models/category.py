"""The tree of product categories."""

from core.api import CompanyOwned, Mapped, _, field, many2one


class Category(
    CompanyOwned,
    label=_("Product category"),
    plural=_("Product categories"),
    ordered_by="name",
    icon="category",
):
    """What kind of product it is: own or agency products, industries, families. Categories lie in each other."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, max_length=100)
    parent: Mapped["Category | None"] = many2one(_("Part of"), default=None)
    code_prefix: Mapped[str | None] = field(
        _("Codes begin with"), default=None, max_length=12,
        help=_("Products of this category get codes of a numbering of their own, which begin with these letters."),
    )  # fmt: skip
