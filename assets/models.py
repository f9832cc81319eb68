"""Every table of the assets app, gathered for Django."""

from .card.models import AssetCard, AssetEntry, NumberCounter, NumberRule
from .category.models import AssetClass, LifeClass
from .custody.models import Pledge, PledgeLine
from .depreciation.models import DepreciationRun
from .draw.models import RequestLine, StockRequest
from .item.models import Item, ItemKind, Pack
from .slip.models import Slip, SlipLine
from .store.models import Batch, Stock, StockClose, StockMove, Store
from .transfer.models import Transfer, TransferLine, TransferRoom

__all__ = [
    "AssetCard", "AssetClass", "AssetEntry", "Batch", "DepreciationRun", "Item", "ItemKind", "LifeClass", "NumberCounter", "NumberRule", "Pack", "Pledge", "PledgeLine",
    "RequestLine", "Slip", "SlipLine", "Stock", "StockClose", "StockMove", "StockRequest", "Store", "Transfer", "TransferLine", "TransferRoom",
]  # fmt: skip
