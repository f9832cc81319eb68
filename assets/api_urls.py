"""The API of assets, at /api/v1/assets/."""

from logistics.platform.api.records import register

from .arrival.api import ArrivedLineSerializer
from .arrival.pages import ARRIVALS
from .card.api import AssetCardSerializer, AssetEntrySerializer, NumberRuleSerializer
from .card.pages import CARDS, ENTRIES, NUMBERS
from .category.api import AssetClassSerializer, LifeClassSerializer
from .category.pages import CLASSES, LIVES
from .copying.api import CopyCountSerializer, CopyMachineSerializer
from .copying.pages import COUNTS, MACHINES
from .custody.api import PledgeSerializer
from .custody.pages import PLEDGES
from .damage.api import DamageSerializer
from .damage.pages import DAMAGES
from .depreciation.api import DepreciationSerializer
from .depreciation.pages import RUNS
from .desks.api import DeskCountSerializer, DeskKindSerializer
from .desks.pages import COUNTS as DESK_COUNTS
from .desks.pages import KINDS as DESK_KINDS
from .disposal.api import DisposalSerializer
from .disposal.pages import DISPOSALS
from .distribution.api import DistributionSerializer, RecipientSerializer
from .distribution.pages import DISTRIBUTIONS, RECIPIENTS
from .draw.api import DrawRequestSerializer
from .draw.pages import REQUESTS
from .item.api import ItemKindSerializer, StockItemSerializer
from .item.pages import ITEMS, KINDS
from .library.api import BookSerializer
from .library.pages import BOOKS
from .loan.api import LoanSerializer, OfferSerializer
from .loan.pages import LOANS, OFFERS
from .quota.api import QuotaSerializer
from .quota.pages import QUOTAS
from .reconcile.api import BookDifferenceSerializer, ReconciliationSerializer
from .reconcile.pages import BOOK_DIFFERENCES, RECONCILIATIONS
from .report.api import AssetReportSerializer
from .report.pages import REPORTS
from .room_use.api import RoomUseSerializer, SpecialRoomSerializer
from .room_use.pages import ROOMS, USES
from .slip.api import SlipSerializer
from .slip.pages import SLIPS
from .stocktake.api import CountSheetSerializer, DifferenceSerializer, StocktakeSerializer
from .stocktake.pages import DIFFERENCES, SHEETS, STOCKTAKES
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
register("assets", "loans", LOANS, LoanSerializer)
register("assets", "offers", OFFERS, OfferSerializer)
register("assets", "damages", DAMAGES, DamageSerializer)
register("assets", "disposals", DISPOSALS, DisposalSerializer)
register("assets", "desk-kinds", DESK_KINDS, DeskKindSerializer)
register("assets", "desk-counts", DESK_COUNTS, DeskCountSerializer)
register("assets", "books", BOOKS, BookSerializer)
register("assets", "special-rooms", ROOMS, SpecialRoomSerializer)
register("assets", "room-uses", USES, RoomUseSerializer)
register("assets", "stocktakes", STOCKTAKES, StocktakeSerializer)
register("assets", "count-sheets", SHEETS, CountSheetSerializer)
register("assets", "stocktake-differences", DIFFERENCES, DifferenceSerializer)
register("assets", "reconciliations", RECONCILIATIONS, ReconciliationSerializer)
register("assets", "book-differences", BOOK_DIFFERENCES, BookDifferenceSerializer)
register("assets", "reports", REPORTS, AssetReportSerializer)
register("assets", "distributions", DISTRIBUTIONS, DistributionSerializer)
register("assets", "recipients", RECIPIENTS, RecipientSerializer)
register("assets", "quotas", QUOTAS, QuotaSerializer)
register("assets", "copy-machines", MACHINES, CopyMachineSerializer)
register("assets", "copy-counts", COUNTS, CopyCountSerializer)
register("assets", "items", ITEMS, StockItemSerializer)
register("assets", "item-kinds", KINDS, ItemKindSerializer)
register("assets", "stores", STORES, StoreSerializer)
register("assets", "stocks", STOCKS, StockSerializer)
register("assets", "moves", MOVES, StockMoveSerializer)
register("assets", "stock-closes", CLOSES, StockCloseSerializer)
register("assets", "slips", SLIPS, SlipSerializer)
register("assets", "arrivals", ARRIVALS, ArrivedLineSerializer)
register("assets", "requests", REQUESTS, DrawRequestSerializer)
