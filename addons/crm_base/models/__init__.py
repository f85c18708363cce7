"""The records of this addon, one model per file."""

from addons.crm_base.models.activity import Activity
from addons.crm_base.models.address import Address
from addons.crm_base.models.category import Category
from addons.crm_base.models.contact import Contact
from addons.crm_base.models.customer import Customer
from addons.crm_base.models.customer_member import CustomerMember
from addons.crm_base.models.task import Task

__all__ = ["Activity", "Address", "Category", "Contact", "Customer", "CustomerMember", "Task"]
