"""The API of assets, at /api/v1/assets/."""

from logistics.platform.api.records import register

from .card.api import AssetCardSerializer, AssetEntrySerializer, NumberRuleSerializer
from .card.pages import CARDS, ENTRIES, NUMBERS
from .category.api import AssetClassSerializer, LifeClassSerializer
from .category.pages import CLASSES, LIVES
from .custody.api import PledgeSerializer
from .custody.pages import PLEDGES
from .depreciation.api import DepreciationSerializer
from .depreciation.pages import RUNS
from .draw.api import DrawRequestSerializer
from .draw.pages import REQUESTS
from .item.api import ItemKindSerializer, StockItemSerializer
from .item.pages import ITEMS, KINDS
from .slip.api import SlipSerializer
from .slip.pages import SLIPS
from .store.api import StockCloseSerializer, StockMoveSerializer, StockSerializer, StoreSerializer
from .store.pages import CLOSES, MOVES, STOCKS, STORES
from .transfer.api import TransferSerializer
from .transfer.pages import TRANSFERS

register("assets", "classes", CLASSES, AssetClassSerializer)
register("assets", "lives", LIVES, LifeClassSerializer)
register("assets", "cards", CARDS, AssetCardSerializer)
register("assets", "entries", ENTRIES, AssetEntrySerializer)
register("assets", "numbers", NUMBERS, NumberRuleSerializer)
register("assets", "depreciation", RUNS, DepreciationSerializer)
register("assets", "pledges", PLEDGES, PledgeSerializer)
register("assets", "transfers", TRANSFERS, TransferSerializer)
register("assets", "items", ITEMS, StockItemSerializer)
register("assets", "item-kinds", KINDS, ItemKindSerializer)
register("assets", "stores", STORES, StoreSerializer)
register("assets", "stocks", STOCKS, StockSerializer)
register("assets", "moves", MOVES, StockMoveSerializer)
register("assets", "stock-closes", CLOSES, StockCloseSerializer)
register("assets", "slips", SLIPS, SlipSerializer)
register("assets", "requests", REQUESTS, DrawRequestSerializer)
