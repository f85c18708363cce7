"""Under which name another system knows a record."""

from sqlalchemy.orm import Mapped

from core.i18n import _
from core.orm.fields import field
from core.orm.model import CompanyOwned


class ExternalKey(
    CompanyOwned, label=_("External key"), plural=_("External keys"), display="key",
    unique=[("source", "model", "key")], icon="key",
    names=("model",),
):  # fmt: skip
    """Makes an import find again what it made before. The key of a binned record stays taken."""

    source: Mapped[str] = field(_("Source"), readonly=True, max_length=100)
    model: Mapped[str] = field(_("Record type"), readonly=True)
    key: Mapped[str] = field(_("Key"), readonly=True, searchable=True, sortable=True, max_length=200)
    record_id: Mapped[int] = field(_("Record"), readonly=True, index=True)
