"""The records of this addon, and what it adds to products."""

from addons.crm_stock.models.level import Level
from addons.crm_stock.models.movement import Movement
from addons.crm_stock.models.product import StockedProduct
from addons.crm_stock.models.production import ProductionRequest
from addons.crm_stock.models.reservation import Reservation
from addons.crm_stock.models.stock_in import StockIn, StockInLine
from addons.crm_stock.models.stock_out import StockOut, StockOutLine
from addons.crm_stock.models.warehouse import Location, Warehouse

__all__ = [
    "Level", "Location", "Movement", "ProductionRequest", "Reservation", "StockIn", "StockInLine", "StockOut",
    "StockOutLine", "StockedProduct", "Warehouse",
]  # fmt: skip
