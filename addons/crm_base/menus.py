"""Where this addon's screens stand in the navigation tree."""

from addons.crm_base.views import ActivityList, CategoryList, ContactList, CustomerList, TaskBoard, TaskList
from core.api import ADMIN, _, menu

menus = [
    menu("crm_base", _("Customers"), sequence=10, icon="building"),
    menu("crm_base.customers", _("Customers"), parent="crm_base", view=CustomerList, sequence=10, icon="building"),
    menu("crm_base.contacts", _("Contacts"), parent="crm_base", view=ContactList, sequence=20, icon="address-book"),
    menu("crm_base.categories", _("Customer categories"), parent="crm_base", view=CategoryList, sequence=90,
         icon="category", roles=[ADMIN]),
    menu("crm_base.work", _("Work"), sequence=5, icon="list-check"),
    menu("crm_base.my_tasks", _("My tasks"), parent="crm_base.work", view=TaskList, preset="mine", sequence=10,
         icon="checkbox"),
    menu("crm_base.tasks", _("All tasks"), parent="crm_base.work", view=TaskList, preset="open", sequence=20,
         icon="clipboard-list"),
    menu("crm_base.board", _("Task board"), parent="crm_base.work", view=TaskBoard, sequence=30, icon="layout-kanban"),
    menu("crm_base.activities", _("Activities"), parent="crm_base.work", view=ActivityList, preset="mine", sequence=40,
         icon="calendar-event"),
]  # fmt: skip
