"""Lines of documents on which products are configured."""

from addons.crm_product.models.priced import PricedLine
from core.api import Mapped, _, field, translated


class ConfiguredLine(PricedLine, mixin=True):
    """A line that keeps what was chosen of a configurable product.

    Its unit price follows from the choice: it is worked out by the server, and agreed upon by discounts. Who gives
    `chosen` (readonly, so services alone) copies an agreed line, which stands as it is.
    """

    configuration: Mapped[str | None] = field(
        _("Configuration"), default=None, max_length=200,
        help=_("Short codes of what was chosen, such as P16-M128."),
    )  # fmt: skip
    chosen: Mapped[dict[str, str] | None] = translated(_("Options"), default=None, readonly=True)
