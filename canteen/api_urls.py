"""The API of canteen, at /api/v1/canteen/."""

from django.urls import path

from logistics.platform.api.records import register

from .access_log.api import AccessEntrySerializer
from .access_log.pages import ENTRIES
from .accompany.api import AccompaniedSerializer, AccompanyTurnSerializer
from .accompany.pages import ACCOMPANIED, TURNS
from .account.api import AccountEntrySerializer, AccountStatementSerializer
from .account.pages import ENTRIES as ACCOUNT_ENTRIES
from .account.pages import STATEMENTS as ACCOUNT_STATEMENTS
from .committee.api import CommitteeActivitySerializer, CommitteeMemberSerializer
from .committee.pages import ACTIVITIES, MEMBERS
from .control.api import CheckItemSerializer, CheckSheetSerializer, ControlPaperSerializer, FaultSerializer
from .control.pages import FAULTS, ITEMS, PAPERS, SHEETS
from .delivery.api import DeliverySerializer
from .delivery.pages import DELIVERIES
from .dish.api import DishSerializer
from .dish.pages import DISHES
from .hygiene.api import (
    AdditiveUseSerializer,
    AgentMoveSerializer,
    AgentSerializer,
    CoreTemperatureSerializer,
    DisinfectionSerializer,
    PestControlSerializer,
)
from .hygiene.pages import ADDITIVES, AGENT_MOVES, AGENTS, CORES, DISINFECTIONS, PESTS
from .incident.api import IncidentSerializer
from .incident.pages import INCIDENTS
from .ingredient.api import IngredientSerializer
from .ingredient.pages import INGREDIENTS
from .meal.api import LeftoverSerializer, MealSerializer, WasteSerializer
from .meal.pages import LEFTOVERS, MEALS, WASTE
from .menu.api import WeekMenuSerializer
from .menu.pages import MENUS
from .nutrition.api import ClassIssueSerializer, ProgrammeSerializer, SettlementSerializer, SubsidyReceiptSerializer
from .nutrition.pages import ISSUES as NUTRITION_ISSUES
from .nutrition.pages import PROGRAMMES, RECEIPTS, SETTLEMENTS
from .order.api import FoodOrderSerializer, PurchaseReportSerializer
from .order.pages import ORDERS, REPORTS
from .pantry.api import KitchenIssueSerializer, PantryBatchSerializer, PantryCountSerializer, PantryMoveSerializer
from .pantry.pages import BATCHES, COUNTS, ISSUES, MOVES
from .price.api import PriceCheckSerializer
from .price.pages import PRICES
from .sample.api import FridgeReadingSerializer, FridgeSerializer, SampleGapSerializer, SampleSerializer
from .sample.pages import FRIDGES, GAPS, READINGS, SAMPLES
from .shop.api import GoodsIntakeSerializer, GoodsSerializer, OutletCheckSerializer, OutletSerializer
from .shop.pages import CHECKS as OUTLET_CHECKS
from .shop.pages import GOODS, INTAKES, OUTLETS
from .special.api import SpecialMealSerializer
from .special.pages import SPECIALS
from .staff.api import MorningCheckSerializer, RosterEntrySerializer, TrainingSerializer, WorkerSerializer
from .staff.pages import CHECKS, ROSTER, TRAININGS, WORKERS
from .supplier.api import SupplierSerializer
from .supplier.pages import SUPPLIERS
from .survey.api import SurveySerializer
from .survey.pages import SURVEYS
from .trace.api import RecallDrillSerializer, TraceView
from .trace.pages import DRILLS
from .water.api import WaterCareSerializer, WaterCheckSerializer, WaterPointSerializer, WaterTestSerializer
from .water.pages import CARES, POINTS, TESTS
from .water.pages import CHECKS as WATER_CHECKS

register("canteen", "samples", SAMPLES, SampleSerializer)
register("canteen", "sample-gaps", GAPS, SampleGapSerializer)
register("canteen", "fridges", FRIDGES, FridgeSerializer)
register("canteen", "fridge-readings", READINGS, FridgeReadingSerializer)
register("canteen", "workers", WORKERS, WorkerSerializer)
register("canteen", "morning-checks", CHECKS, MorningCheckSerializer)
register("canteen", "roster", ROSTER, RosterEntrySerializer)
register("canteen", "trainings", TRAININGS, TrainingSerializer)
register("canteen", "core-temperatures", CORES, CoreTemperatureSerializer)
register("canteen", "disinfections", DISINFECTIONS, DisinfectionSerializer)
register("canteen", "pests", PESTS, PestControlSerializer)
register("canteen", "disinfectants", AGENTS, AgentSerializer)
register("canteen", "disinfectant-moves", AGENT_MOVES, AgentMoveSerializer)
register("canteen", "additives", ADDITIVES, AdditiveUseSerializer)
register("canteen", "checks", SHEETS, CheckSheetSerializer)
register("canteen", "check-items", ITEMS, CheckItemSerializer)
register("canteen", "faults", FAULTS, FaultSerializer)
register("canteen", "control-papers", PAPERS, ControlPaperSerializer)
register("canteen", "dishes", DISHES, DishSerializer)
register("canteen", "menus", MENUS, WeekMenuSerializer)
register("canteen", "meals", MEALS, MealSerializer)
register("canteen", "leftovers", LEFTOVERS, LeftoverSerializer)
register("canteen", "waste", WASTE, WasteSerializer)
register("canteen", "ingredients", INGREDIENTS, IngredientSerializer)
register("canteen", "suppliers", SUPPLIERS, SupplierSerializer)
register("canteen", "orders", ORDERS, FoodOrderSerializer)
register("canteen", "purchase-reports", REPORTS, PurchaseReportSerializer)
register("canteen", "deliveries", DELIVERIES, DeliverySerializer)
register("canteen", "batches", BATCHES, PantryBatchSerializer)
register("canteen", "pantry-moves", MOVES, PantryMoveSerializer)
register("canteen", "issues", ISSUES, KitchenIssueSerializer)
register("canteen", "pantry-counts", COUNTS, PantryCountSerializer)
register("canteen", "prices", PRICES, PriceCheckSerializer)
register("canteen", "access", ENTRIES, AccessEntrySerializer)
register("canteen", "recall-drills", DRILLS, RecallDrillSerializer)
register("canteen", "incidents", INCIDENTS, IncidentSerializer)
register("canteen", "account-entries", ACCOUNT_ENTRIES, AccountEntrySerializer)
register("canteen", "account-statements", ACCOUNT_STATEMENTS, AccountStatementSerializer)
register("canteen", "accompanied", ACCOMPANIED, AccompaniedSerializer)
register("canteen", "accompany-turns", TURNS, AccompanyTurnSerializer)
register("canteen", "committee", ACTIVITIES, CommitteeActivitySerializer)
register("canteen", "committee-members", MEMBERS, CommitteeMemberSerializer)
register("canteen", "surveys", SURVEYS, SurveySerializer)
register("canteen", "water-points", POINTS, WaterPointSerializer)
register("canteen", "water-checks", WATER_CHECKS, WaterCheckSerializer)
register("canteen", "water-cares", CARES, WaterCareSerializer)
register("canteen", "water-tests", TESTS, WaterTestSerializer)

urlpatterns = [path("canteen/trace/", TraceView.as_view(), name="canteen-trace")]
register("canteen", "nutrition-programmes", PROGRAMMES, ProgrammeSerializer)
register("canteen", "nutrition-issues", NUTRITION_ISSUES, ClassIssueSerializer)
register("canteen", "nutrition-receipts", RECEIPTS, SubsidyReceiptSerializer)
register("canteen", "nutrition-settlements", SETTLEMENTS, SettlementSerializer)
register("canteen", "special-meals", SPECIALS, SpecialMealSerializer)
register("canteen", "outlets", OUTLETS, OutletSerializer)
register("canteen", "goods", GOODS, GoodsSerializer)
register("canteen", "goods-intakes", INTAKES, GoodsIntakeSerializer)
register("canteen", "outlet-checks", OUTLET_CHECKS, OutletCheckSerializer)
