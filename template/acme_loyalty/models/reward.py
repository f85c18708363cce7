"""A model of this addon's own."""

from core.api import CompanyOwned, Mapped, Tracked, _, field, longtext


class Reward(CompanyOwned, Tracked, label=_("Reward"), plural=_("Rewards"), ordered_by="name", icon="star"):
    """Something that customers of a tier are given."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, tracked=True, max_length=120)
    tier: Mapped[str] = field(_("Loyalty tier"), sortable=True, max_length=40)
    description: Mapped[str | None] = longtext(_("Description"), default=None)
