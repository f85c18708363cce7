from acme_gold.models.customer import GoldCustomer
from addons.crm_base.views import CustomerForm
from core.api import after


class GoldCustomerForm(CustomerForm, extend=True):
    changes = [after(GoldCustomer.email, GoldCustomer.gold_card)]
