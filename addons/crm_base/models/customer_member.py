"""The people who work for a customer beside its owner."""

from addons.crm_base.models.customer import Customer
from core.api import CompanyOwned, Mapped, Option, TeamMember, Tracked, _, many2one, option


class CustomerMember(
    CompanyOwned, TeamMember, Tracked, label=_("Member of a customer's team"), plural=_("Teams of customers"),
    display="user", unique=[("customer", "user")], icon="users-group",
):  # fmt: skip
    """One person in the team of a customer, with a part in it and the right to view or to edit.

    The owner is in charge and needs no entry. Activities, tasks and whatever else belongs to the customer hang on the
    one customer file, and so are the team's.
    """

    __team_of__ = "customer"

    customer: Mapped[Customer] = many2one(_("Customer"), on_delete="part_of")
    part: Mapped[Option | None] = option(_("Part in the team"), list="crm_base.team_part", default=None)
