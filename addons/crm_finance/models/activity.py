"""Collection contacts."""

from addons.crm_base.models import Activity
from addons.crm_finance.models.receivable import Receivable
from addons.crm_finance.services.choices import RESULTS
from core.api import Mapped, _, many2one, selection


class CollectionActivity(Activity, extend=True):
    """A contact about an instalment, and what came of it."""

    receivable: Mapped[Receivable | None] = many2one(_("Receivable"), default=None)
    collection_result: Mapped[str | None] = selection(
        _("Result of collection"), choices=RESULTS, default=None
    )
