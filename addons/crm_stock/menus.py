"""Where this addon's screens stand in the navigation tree."""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_stock.reports import LEDGER, STOCK, TURNOVER
from addons.crm_stock.roles import STOCK_KEEPER
from addons.crm_stock.views import (
    LevelList,
    MovementList,
    ProductionRequestList,
    ReservationList,
    StockInList,
    StockOutList,
    WarehouseList,
)
from core.api import ADMIN, _, menu

KEEPERS = [STOCK_KEEPER, GENERAL_MANAGER]

menus = [
    menu("crm_stock", _("Stock"), sequence=45, icon="building-warehouse"),
    menu("crm_stock.levels", _("Stock"), parent="crm_stock", view=LevelList, sequence=10, icon="packages"),
    menu("crm_stock.in", _("Stock-in documents"), parent="crm_stock", view=StockInList, sequence=20,
         icon="package-import"),
    menu("crm_stock.out", _("Stock-out documents"), parent="crm_stock", view=StockOutList, sequence=30,
         icon="package-export"),
    menu("crm_stock.production", _("Production requests"), parent="crm_stock", view=ProductionRequestList,
         sequence=40, icon="tools"),
    menu("crm_stock.reservations", _("Reservations"), parent="crm_stock", view=ReservationList, sequence=50,
         icon="lock"),
    menu("crm_stock.movements", _("Stock movements"), parent="crm_stock", view=MovementList, sequence=60,
         icon="transfer"),
    menu("crm_stock.of_day", _("Stock of a day"), parent="crm_stock", report=STOCK, sequence=70, icon="calendar"),
    menu("crm_stock.ledger", _("Movement ledger"), parent="crm_stock", report=LEDGER, sequence=80, icon="list-details",
         roles=KEEPERS),
    menu("crm_stock.turnover", _("Came and went"), parent="crm_stock", report=TURNOVER, sequence=85,
         icon="arrows-exchange"),
    menu("crm_stock.warehouses", _("Warehouses"), parent="crm_stock", view=WarehouseList, sequence=90,
         icon="building-warehouse", roles=[*KEEPERS, ADMIN]),
]  # fmt: skip
