"""What a company has set."""

from typing import Any

from sqlalchemy.orm import Mapped

from core.i18n import _
from core.orm.fields import field
from core.orm.model import CompanyOwned


class Setting(
    CompanyOwned, label=_("Setting"), plural=_("Settings"), display="key", ordered_by="key", unique=[("key",)],
    icon="settings",
    names=("key",),
):  # fmt: skip
    """One setting of a company, named `<addon>.<name>`; what is not set has the addon's default."""

    key: Mapped[str] = field(_("Name"), readonly=True, sortable=True)
    value: Mapped[dict[str, Any]] = field(_("Value"))
