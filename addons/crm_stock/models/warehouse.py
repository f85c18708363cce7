"""Where goods lie."""

from core.api import CompanyOwned, Mapped, User, _, field, longtext, many2one, one2many, selection

KINDS = [
    ("central", _("Central warehouse")), ("distribution", _("Distribution centre")), ("store", _("Store")),
    ("counter", _("Counter")), ("service", _("Service depot")),
]  # fmt: skip


class Warehouse(
    CompanyOwned, label=_("Warehouse"), plural=_("Warehouses"), unique=[("code",)], ordered_by="code",
    icon="building-warehouse",
):  # fmt: skip
    """A place with stock of its own. What lies in one is sold, reserved and valued apart from the others."""

    code: Mapped[str] = field(_("Code"), max_length=20, sortable=True, searchable=True)
    name: Mapped[str] = field(_("Warehouse name"), max_length=120, sortable=True, searchable=True)
    kind: Mapped[str] = selection(_("Kind of warehouse"), choices=KINDS, default="central", index=True)
    keeper: Mapped[User | None] = many2one(_("Responsible"), default=None)
    is_default: Mapped[bool] = field(
        _("Used first"), default=False, help=_("New documents and orders name this warehouse.")
    )
    is_active: Mapped[bool] = field(_("In use"), default=True)
    allows_negative: Mapped[bool] = field(
        _("Negative stock allowed"), default=False,
        help=_("Goods may leave, and be promised, before their arrival is posted."),
    )  # fmt: skip
    address: Mapped[str | None] = field(_("Address"), default=None, max_length=255)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
    locations: Mapped[list["Location"]] = one2many(_("Locations"), back="warehouse")


class Location(
    CompanyOwned, label=_("Location"), plural=_("Locations"), display="code", unique=[("warehouse", "code")],
    part_of="warehouse",
    ordered_by="code",
    icon="map-pin",
):  # fmt: skip
    """A shelf, rack or room of a warehouse: where a product is found there."""

    warehouse: Mapped[Warehouse] = many2one(_("Warehouse"), on_delete="part_of")
    code: Mapped[str] = field(_("Location"), max_length=40, sortable=True, searchable=True)
    remarks: Mapped[str | None] = field(_("Remarks"), default=None, max_length=255)
