"""Warehouses with their locations."""

from addons.crm_stock.models import Location, Warehouse
from core.api import Env, FormView, ListView, Where, _, group, preset, related, show


def in_use(env: Env) -> Where:
    """Warehouses that are worked with."""
    return Warehouse.is_active.is_(True)


class WarehouseList(ListView[Warehouse]):
    columns = [
        Warehouse.code, Warehouse.name, Warehouse.kind, Warehouse.keeper, Warehouse.is_default,
        Warehouse.allows_negative,
    ]  # fmt: skip
    order = "code"
    presets = [
        preset("in_use", _("Warehouses in use"), in_use, default=True),
        preset("all", _("All warehouses")),
    ]
    filters = [Warehouse.kind, Warehouse.keeper, Warehouse.is_active]


class WarehouseForm(FormView[Warehouse]):
    layout = [
        group(_("Warehouse"), Warehouse.code, Warehouse.name, Warehouse.kind, Warehouse.keeper,
              show(Warehouse.address, wide=True)),
        group(_("How it is used"), Warehouse.is_default, Warehouse.is_active, Warehouse.allows_negative, key="use"),
        related(Warehouse.locations, columns=[Location.code, Location.remarks]),
        group(_("Info"), show(Warehouse.remarks, wide=True)),
    ]  # fmt: skip


class LocationList(ListView[Location]):
    columns = [Location.warehouse, Location.code, Location.remarks]
    order = "code"
    filters = [Location.warehouse]
    groups = [Location.warehouse]
