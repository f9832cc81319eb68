"""Every table of the assets app, gathered for Django."""

from .arrival.models import ArrivedLine
from .card.models import AssetCard, AssetEntry, NumberCounter, NumberRule
from .category.models import AssetClass, LifeClass
from .copying.models import CopyCount, CopyMachine
from .custody.models import Pledge, PledgeLine
from .damage.models import Damage
from .depreciation.models import DepreciationRun
from .desks.models import DeskCount, DeskKind
from .disposal.models import Appraisal, Disposal, DisposalLine
from .distribution.models import Distribution, Handout, KitLine, Recipient
from .draw.models import RequestLine, StockRequest
from .item.models import Item, ItemKind, Pack
from .library.models import Book
from .loan.models import Loan, LoanReturn, Offer
from .quota.models import Quota
from .reconcile.models import BookDifference, Reconciliation, ReconciliationLine
from .report.models import AssetReport
from .room_use.models import RoomUse, SpecialRoom
from .slip.models import Slip, SlipLine
from .stocktake.models import CountFind, CountLine, CountSheet, Difference, Stocktake
from .store.models import Batch, Stock, StockClose, StockMove, Store
from .transfer.models import Transfer, TransferLine, TransferRoom

__all__ = [
    "Appraisal", "ArrivedLine", "AssetCard", "AssetClass", "AssetEntry", "AssetReport", "Batch", "Book", "BookDifference", "CopyCount", "CopyMachine",
    "CountFind", "CountLine", "CountSheet", "Damage", "DepreciationRun", "DeskCount", "DeskKind", "Difference", "Disposal", "DisposalLine",
    "Distribution", "Handout", "Item", "ItemKind", "KitLine", "LifeClass", "Loan", "LoanReturn", "NumberCounter", "NumberRule", "Offer", "Pack", "Pledge",
    "PledgeLine", "Quota", "Recipient", "Reconciliation", "ReconciliationLine", "RequestLine", "RoomUse", "Slip", "SlipLine", "SpecialRoom", "Stock",
    "StockClose", "StockMove", "StockRequest", "Stocktake", "Store", "Transfer", "TransferLine", "TransferRoom",
]  # fmt: skip
