"""Who may do what with stock: sales looks at levels, stock keepers post documents, costs are a right of their own.

Nobody writes balances, movements or reservations: documents, orders and production requests do. Lines and locations are
parts of their document and warehouse.
"""

from addons.crm_base.roles import (
    GENERAL_MANAGER,
    MARKET_DIRECTOR,
    SALES_ASSISTANT,
    SALES_DIRECTOR,
    SALESPERSON,
)
from addons.crm_product.roles import PRODUCT_MANAGER
from addons.crm_stock.models import (
    Level,
    Movement,
    ProductionRequest,
    Reservation,
    StockIn,
    StockOut,
    Warehouse,
)  # fmt: skip
from addons.crm_stock.roles import STOCK_KEEPER
from core.api import ADMIN, USER, grant

_EVERYTHING = "read create update delete export import print"
_KEEPERS = (STOCK_KEEPER, GENERAL_MANAGER)
_SALES = (SALESPERSON, SALES_DIRECTOR, SALES_ASSISTANT, MARKET_DIRECTOR, PRODUCT_MANAGER)
_LEADERS = (SALES_DIRECTOR, MARKET_DIRECTOR, PRODUCT_MANAGER)

grants = [
    grant(USER, Warehouse, "read"),
    *(grant(role, Warehouse, _EVERYTHING) for role in (ADMIN, GENERAL_MANAGER)),
    grant(STOCK_KEEPER, Warehouse, "read update export print"),
    *(grant(role, model, "read print") for role in _SALES for model in (Level, Reservation)),
    *(grant(role, Level, "read create update export import print") for role in _KEEPERS),
    *(grant(role, Reservation, "read export print") for role in _KEEPERS),
    *(grant(role, Movement, "read export print") for role in (*_KEEPERS, *_LEADERS)),
    *(grant(role, model, f"{_EVERYTHING} post") for role in _KEEPERS for model in (StockIn, StockOut)),
    *(grant(role, ProductionRequest, f"{_EVERYTHING} post") for role in _KEEPERS),
    *(grant(role, model, "read export print") for role in _LEADERS for model in (StockIn, StockOut)),
    *(grant(role, ProductionRequest, "read") for role in (SALES_ASSISTANT, SALES_DIRECTOR)),
]
