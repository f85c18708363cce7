"""Who may do what with customers and what belongs to them (features 5.2 and 5.4).

Salespeople have their own, directors their departments, general managers the company; market directors look and
change nothing. Sales assistants see the customers that sharing rules open to them. Sales partners keep their own, and
see nothing of what others noted about them. The rule of superiors is the kernel's. What belongs to a customer is seen
with the customer; whoever may share a customer makes its team.
"""

from addons.crm_base.models import Activity, Address, Category, Contact, Customer, CustomerMember, Task
from addons.crm_base.models.task import assigned_to_me
from addons.crm_base.roles import (
    GENERAL_MANAGER,
    MARKET_DIRECTOR,
    SALES_ASSISTANT,
    SALES_DIRECTOR,
    SALES_PARTNER,
    SALESPERSON,
)
from addons.crm_base.services.confidential import kept_from
from addons.crm_base.states import TASK_CANCELLED, TASK_CONFIRMED
from core.api import (
    ADMIN,
    BY_RULE,
    DEPARTMENT,
    OWN,
    USER,
    Company,
    Env,
    Where,
    and_,
    func,
    grant,
    mask,
    or_,
    record_rule,
    select,
)

_SELLERS = (SALESPERSON, SALES_DIRECTOR)
_ENDED = (TASK_CONFIRMED, TASK_CANCELLED)

grants = [
    grant(GENERAL_MANAGER, Company, "audit", rows=BY_RULE),
    grant(USER, Category, "read"),
    grant(ADMIN, Category, "read create update delete export import print"),
    grant(USER, Task, "read update export print", rows=BY_RULE),
    *(
        grant(SALESPERSON, model, "read create update delete export print", rows=OWN)
        for model in (Customer, Contact, Activity, Task)
    ),
    *(
        grant(SALES_DIRECTOR, model, "create update delete", rows=OWN)
        for model in (Customer, Contact, Activity, Task)
    ),
    *(
        grant(SALES_DIRECTOR, model, "read export print", rows=DEPARTMENT)
        for model in (Contact, Activity, Task)
    ),
    *(grant(role, Customer, "share", rows=OWN) for role in _SELLERS),
    grant(SALES_DIRECTOR, Customer, "read assign export import print", rows=DEPARTMENT),
    grant(SALES_DIRECTOR, Contact, "import", rows=DEPARTMENT),
    grant(GENERAL_MANAGER, Customer, "read create update delete assign share export import print erase"),
    grant(GENERAL_MANAGER, Contact, "read create update delete export import print erase"),
    grant(GENERAL_MANAGER, Address, "read create update delete export import print"),
    *(grant(GENERAL_MANAGER, model, "create update delete", rows=OWN) for model in (Activity, Task)),
    *(grant(GENERAL_MANAGER, model, "read export print") for model in (Activity, Task)),
    *(
        grant(MARKET_DIRECTOR, model, "read export print")
        for model in (Customer, Contact, Address, Activity, Task)
    ),
    *(
        grant(role, Address, "read create update delete export import print", rows=BY_RULE)
        for role in _SELLERS
    ),
    *(
        grant(SALES_ASSISTANT, model, "read export print", rows=BY_RULE)
        for model in (Customer, Contact, Address)
    ),
    *(
        grant(SALES_ASSISTANT, model, "read create update delete export print", rows=OWN)
        for model in (Activity, Task)
    ),
    *(
        grant(role, CustomerMember, "read create update delete export print", rows=BY_RULE)
        for role in (*_SELLERS, GENERAL_MANAGER)
    ),
    grant(USER, CustomerMember, "read", rows=BY_RULE),
    *(grant(SALES_PARTNER, model, "read create update print", rows=OWN) for model in (Customer, Contact)),
    grant(SALES_PARTNER, Address, "read create update print", rows=BY_RULE),
    *(grant(SALES_PARTNER, model, "read create update", rows=OWN) for model in (Activity, Task)),
]


def customers_with_my_tasks(env: Env) -> Where:
    """Whoever has an open task on a customer sees that customer."""
    task = env.info(Task).cls
    mine = select(task.customer_id).where(
        assigned_to_me(env),
        Task.state.not_in(_ENDED),
        task.customer_id.is_not(None),
        Task.deleted_at.is_(None),
    )
    return Customer.id == func.any(func.array(mine.scalar_subquery()))


def contacts_of_visible_customers(env: Env) -> Where:
    """A contact is seen with its customer."""
    return Contact.customer.in_(env.within_reach(Customer))


def contacts_of_my_customers(env: Env) -> Where:
    """Whoever keeps a customer keeps its contacts."""
    return Contact.customer.in_(env.within_reach(Customer, "update"))


def contacts_that_go_with_my_customers(env: Env) -> Where:
    """Whoever may delete a customer may delete its contacts; superiors may not."""
    return Contact.customer.in_(env.within_reach(Customer, "delete"))


def addresses_of_visible_customers(env: Env) -> Where:
    """An address is seen with its customer."""
    return Address.customer.in_(env.within_reach(Customer))


def addresses_of_my_customers(env: Env) -> Where:
    """Whoever keeps a customer keeps its addresses."""
    return Address.customer.in_(env.within_reach(Customer, "update"))


def addresses_that_go_with_my_customers(env: Env) -> Where:
    """Whoever may delete a customer may delete its addresses; superiors may not."""
    return Address.customer.in_(env.within_reach(Customer, "delete"))


def activities_of_visible_customers(env: Env) -> Where:
    """One timeline for each customer: whoever sees the customer sees what was done with it."""
    return or_(
        Activity.customer.in_(env.within_reach(Customer)),
        env.condition(Activity, "participants", "eq", str(env.user_id)),
    )


def teams_of_visible_customers(env: Env) -> Where:
    """Whoever sees a customer sees who works for it."""
    return CustomerMember.customer.in_(env.within_reach(Customer))


def teams_that_are_mine_to_make(env: Env) -> Where:
    """The owner of a customer, and the owner's direct superior, say who is in its team."""
    return CustomerMember.customer.in_(env.within_reach(Customer, "share"))


def tasks_on_visible_customers(env: Env) -> Where:
    """Whoever sees the customer sees what is to be done."""
    return and_(Task.customer.is_not(None), Task.customer.in_(env.within_reach(Customer)))


_SEEN_WITH_THE_CUSTOMER = (
    (Contact, "read export print", contacts_of_visible_customers),
    (Address, "read export print", addresses_of_visible_customers),
)

rules = [
    record_rule(Task, role=USER, actions="read update export print")(assigned_to_me),
    record_rule(Customer, role=USER)(customers_with_my_tasks),
    record_rule(CustomerMember, role=USER, actions="read export print")(teams_of_visible_customers),
    record_rule(CustomerMember, role=USER, actions="create update delete")(teams_that_are_mine_to_make),
    *(
        record_rule(model, role=role, actions=actions)(rule)
        for role in (*_SELLERS, SALES_ASSISTANT)
        for model, actions, rule in _SEEN_WITH_THE_CUSTOMER
    ),
    *(
        record_rule(model, role=role, actions=actions)(rule)
        for role in _SELLERS
        for model, actions, rule in (
            (Contact, "create update", contacts_of_my_customers),
            (Contact, "delete", contacts_that_go_with_my_customers),
            (Address, "create update import", addresses_of_my_customers),
            (Address, "delete", addresses_that_go_with_my_customers),
            (Activity, "read export print", activities_of_visible_customers),
            (Task, "read", tasks_on_visible_customers),
        )
    ),
    *(
        record_rule(model, role=SALES_PARTNER, actions=actions)(rule)
        for model, actions, rule in (
            (Contact, "read print", contacts_of_visible_customers),
            (Contact, "create update", contacts_of_my_customers),
            (Address, "read print", addresses_of_visible_customers),
            (Address, "create update", addresses_of_my_customers),
        )
    ),
]


@mask(Customer, Customer.phone, Customer.email)
def contact_data_of_confidential_customers(env: Env) -> Where:
    """For the owner, the direct superior and administrators."""
    return kept_from(env)


@mask(
    Contact, Contact.mobile, Contact.phone, Contact.email, Contact.messenger, Contact.birthday, Contact.preferences,
    Contact.remarks,
)  # fmt: skip
def contacts_of_confidential_customers(env: Env) -> Where:
    """How people at confidential customers are reached, and what is known of them."""
    return Contact.customer.has(kept_from(env))


@mask(Address, Address.recipient, Address.phone, Address.street, Address.postcode)
def addresses_of_confidential_customers(env: Env) -> Where:
    """Where confidential customers are, beyond province and city."""
    return Address.customer.has(kept_from(env))
