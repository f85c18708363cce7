"""The team of a customer."""

from addons.crm_base.models import CustomerMember
from core.api import FormView, ListView, _, group


class CustomerMemberList(ListView[CustomerMember]):
    columns = [CustomerMember.customer, CustomerMember.user, CustomerMember.part, CustomerMember.may]
    filters = [CustomerMember.customer, CustomerMember.user, CustomerMember.part, CustomerMember.may]
    groups = [CustomerMember.user, CustomerMember.part, CustomerMember.customer]


class CustomerMemberForm(FormView[CustomerMember]):
    layout = [
        group(_("Team member"), CustomerMember.customer, CustomerMember.user, CustomerMember.part, CustomerMember.may)
    ]  # fmt: skip
