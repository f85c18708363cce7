"""The screens of this addon, one file per model."""

from addons.crm_stock.views.level import LevelForm, LevelList
from addons.crm_stock.views.movement import MovementForm, MovementList
from addons.crm_stock.views.product import StockedProductForm
from addons.crm_stock.views.production import ProductionRequestForm, ProductionRequestList
from addons.crm_stock.views.reservation import ReservationForm, ReservationList
from addons.crm_stock.views.stock_in import StockInForm, StockInLineForm, StockInList
from addons.crm_stock.views.stock_out import StockOutForm, StockOutLineForm, StockOutList
from addons.crm_stock.views.warehouse import LocationList, WarehouseForm, WarehouseList

__all__ = [
    "LevelForm", "LevelList", "LocationList", "MovementForm", "MovementList", "ProductionRequestForm",
    "ProductionRequestList", "ReservationForm", "ReservationList", "StockInForm", "StockInLineForm", "StockInList",
    "StockOutForm", "StockOutLineForm", "StockOutList", "StockedProductForm", "WarehouseForm", "WarehouseList",
]  # fmt: skip
