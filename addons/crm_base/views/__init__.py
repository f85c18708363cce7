"""The screens of this addon, one file per model."""

from addons.crm_base.views.activity import ActivityForm, ActivityList
from addons.crm_base.views.address import AddressForm, AddressList
from addons.crm_base.views.category import CategoryForm, CategoryList
from addons.crm_base.views.contact import ContactForm, ContactList
from addons.crm_base.views.customer import CustomerForm, CustomerList
from addons.crm_base.views.customer_member import CustomerMemberForm, CustomerMemberList
from addons.crm_base.views.task import TaskBoard, TaskForm, TaskList

__all__ = [
    "ActivityForm", "ActivityList", "AddressForm", "AddressList", "CategoryForm", "CategoryList", "ContactForm",
    "ContactList", "CustomerForm", "CustomerList", "CustomerMemberForm", "CustomerMemberList",
    "TaskBoard", "TaskForm", "TaskList",
]  # fmt: skip
