"""What the shop sells."""

from decimal import Decimal

from core.i18n import _
from core.orm.fields import field, money, number, option
from core.orm.model import CompanyOwned, Mapped


class Article(CompanyOwned, label=_("Article"), plural=_("Articles"), display="name"):
    """An article."""

    code: Mapped[str] = number(_("Code"), sequence="toy_wares.article")
    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)
    price: Mapped[Decimal] = money(_("Price"), default=Decimal(0), sortable=True)
    kind: Mapped[int | None] = option(_("Kind"), list="toy_wares.kind", default=None)
