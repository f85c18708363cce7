"""Collection to-dos."""

from addons.crm_base.models import Task
from addons.crm_finance.models.receivable import Receivable
from core.api import Mapped, _, many2one


class CollectionTask(Task, extend=True):
    """A task to collect belongs to its instalment."""

    receivable: Mapped[Receivable | None] = many2one(_("Receivable"), default=None)
