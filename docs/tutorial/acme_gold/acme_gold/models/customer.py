from addons.crm_base.models import Customer
from core.api import Mapped, _, field


class GoldCustomer(Customer, extend=True):
    gold_card: Mapped[str | None] = field(_("Gold card"), default=None, searchable=True, tracked=True)
