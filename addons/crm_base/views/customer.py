"""The customer file and the lists of customers."""

from datetime import timedelta

from addons.crm_base.models import Activity, Address, Contact, Customer, CustomerMember, Task
from addons.crm_base.models.customer import ACTIVE_DAYS
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    button,
    func,
    group,
    header,
    month,
    notebook,
    or_,
    page,
    preset,
    related,
)  # fmt: skip


def current(env: Env) -> Where:
    """All but the sealed ones."""
    return Customer.status != "sealed"


def mine(env: Env) -> Where:
    """What the caller keeps."""
    return Customer.owner == env.user_id


def of_my_team(env: Env) -> Where:
    """What the caller and everybody below keeps."""
    return Customer.owner.in_([env.user_id, *env.reports])


def active(env: Env) -> Where:
    """Customers we are in touch with."""
    return Customer.status == "active"


def sealed(env: Env) -> Where:
    """Customers put away."""
    return Customer.status == "sealed"


def neglected(env: Env) -> Where:
    """Customers to whom nobody has spoken for 90 days."""
    since = func.now() - timedelta(days=ACTIVE_DAYS)
    return (Customer.status != "sealed") & (
        func.coalesce(Customer.last_contact_at, Customer.created_at) < since
    )


def without_owner(env: Env) -> Where:
    """Customers that are nobody's."""
    return Customer.owner.is_(None)


def status_to_change(env: Env) -> Where:
    """Customers whose last contact asks for another status."""
    return or_(Customer.proposed != Customer.status)


class CustomerList(ListView[Customer]):
    columns = [
        Customer.code, Customer.name, Customer.phone, Customer.status, Customer.level, Customer.owner,
        Customer.last_contact_at, Customer.industry, Customer.region,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("current", _("All but sealed"), current, default=True),
        preset("mine", _("My customers"), mine, count=True),
        preset("team", _("My team's customers"), of_my_team),
        preset("active", _("Active customers"), active),
        preset("neglected", _("Without contact for 90 days"), neglected, count=True),
        preset("status", _("Status to be reviewed"), status_to_change),
        preset("ownerless", _("Without owner"), without_owner),
        preset("sealed", _("Sealed customers"), sealed),
        preset("all", _("All customers")),
    ]
    filters = [
        Customer.status, Customer.owner, Customer.level, Customer.industry, Customer.source, Customer.relation,
        Customer.grade, Customer.value, Customer.customer_type, Customer.category, Customer.kind, Customer.department,
        Customer.province, Customer.last_contact_at, Customer.created_at,
    ]  # fmt: skip
    groups = [
        Customer.status, Customer.owner, Customer.level, Customer.industry, Customer.source, Customer.relation,
        Customer.grade, Customer.value, Customer.customer_type, Customer.size, Customer.category, Customer.kind,
        Customer.department, month(Customer.created_at),
    ]  # fmt: skip
    actions = [Customer.transfer, Customer.apply_proposed_status]


class CustomerForm(FormView[Customer]):
    layout = [
        header(
            button(Customer.log_activity, style="primary"), button(Customer.plan_activity), button(Customer.transfer),
            button(Customer.apply_proposed_status), button(Customer.confide), button(Customer.open_contact_data),
        ),
        group(
            _("Customer"), Customer.name, Customer.phone, Customer.kind, Customer.short_name, Customer.email,
            Customer.website, Customer.owner, Customer.status, Customer.is_confidential,
        ),
        group(
            _("Classification"), Customer.relation, Customer.level, Customer.industry, Customer.customer_type,
            Customer.grade, Customer.value, Customer.size, Customer.category,
        ),
        group(_("Region"), Customer.province, Customer.city, Customer.district, Customer.postcode),
        group(_("Origin"), Customer.source, Customer.campaign, Customer.referrer, Customer.parent),
        notebook(
            page(
                _("Contacts"),
                related(Customer.contacts, columns=[Contact.name, Contact.position, Contact.mobile,
                    Contact.decision_part]),
            ),
            page(
                _("Activities"),
                related(
                    Customer.activities, order="-at",
                    columns=[Activity.at, Activity.kind, Activity.subject, Activity.state, Activity.owner],
                ),
            ),
            page(
                _("Tasks"),
                related(
                    Customer.tasks, order="due", columns=[Task.subject, Task.assignee, Task.due, Task.priority,
                        Task.state]
                ),
            ),
            page(
                _("Team"),
                related(Customer.team, columns=[CustomerMember.user, CustomerMember.part, CustomerMember.may]),
            ),
            page(
                _("Addresses"),
                related(Customer.addresses, columns=[Address.kind, Address.full, Address.recipient,
                    Address.is_default]),
            ),
            page(
                _("Business"), Customer.business, Customer.intention, Customer.employees, Customer.founded,
                Customer.department, Customer.remarks,
            ),
            page(_("Invoice"), Customer.invoice_title, Customer.tax_number, Customer.bank, Customer.bank_account),
            page(
                _("Subsidiaries"),
                related(Customer.subsidiaries, columns=[Customer.code, Customer.name, Customer.phone, Customer.owner]),
            ),
            page(
                _("Info"), Customer.code, Customer.last_contact_at, Customer.proposed, Customer.created_at,
                Customer.created_by, Customer.changed_at, Customer.changed_by,
            ),
        ),
    ]  # fmt: skip
