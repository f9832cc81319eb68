"""Every table of the assets app, gathered for Django."""

from .card.models import AssetCard, AssetEntry, NumberCounter, NumberRule
from .category.models import AssetClass, LifeClass
from .depreciation.models import DepreciationRun
from .draw.models import RequestLine, StockRequest
from .item.models import Item, ItemKind, Pack
from .slip.models import Slip, SlipLine
from .store.models import Batch, Stock, StockClose, StockMove, Store

__all__ = [
    "AssetCard", "AssetClass", "AssetEntry", "Batch", "DepreciationRun", "Item", "ItemKind", "LifeClass", "NumberCounter", "NumberRule", "Pack",
    "RequestLine", "Slip", "SlipLine", "Stock", "StockClose", "StockMove", "StockRequest", "Store",
]  # fmt: skip
