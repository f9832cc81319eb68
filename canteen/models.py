"""Every table of the canteen app, gathered for Django."""

from .access_log.models import AccessEntry
from .accompany.models import Accompanied, AccompanyTurn, AccompanyWeek
from .account.models import AccountEntry, AccountStatement
from .committee.models import CommitteeActivity, CommitteeMember, CommitteeOpinion
from .control.models import CheckAnswer, CheckItem, CheckSheet, ControlPaper, Fault
from .delivery.models import Delivery, DeliveryLine, DeliveryPaper, DeliverySignature
from .dish.models import Dish, RecipeLine
from .hygiene.models import AdditiveUse, Agent, AgentMove, CoreTemperature, Disinfection, PestControl
from .incident.models import Incident, IncidentBatch, IncidentMeal, IncidentSick, IncidentStep
from .ingredient.models import Ingredient, IngredientPack
from .meal.models import Leftover, Meal, MealDish, MealHeads, WasteHandover
from .menu.models import MenuDish, MenuPart, WeekMenu
from .nutrition.models import ClassIssue, Programme, Settlement, SubsidyReceipt
from .order.models import FoodOrder, FoodOrderLine, PurchaseReport
from .pantry.models import KitchenIssue, PantryBatch, PantryCount, PantryCountLine, PantryMove
from .price.models import PriceCheck
from .sample.models import Fridge, FridgeReading, Sample, SampleGap
from .shop.models import Goods, GoodsIntake, Outlet, OutletCheck
from .special.models import SpecialMeal
from .staff.models import MorningCheck, RosterEntry, Training, TrainingPerson, Worker
from .supplier.models import Supplier, SupplierException
from .survey.models import Survey, SurveyAnswer
from .trace.models import RecallDrill
from .water.models import WaterCare, WaterCheck, WaterPoint, WaterTest

__all__ = [
    "AccessEntry",
    "Accompanied",
    "AccompanyTurn",
    "AccompanyWeek",
    "AccountEntry",
    "AccountStatement",
    "AdditiveUse",
    "Agent",
    "AgentMove",
    "CheckAnswer",
    "CheckItem",
    "CheckSheet",
    "ClassIssue",
    "CommitteeActivity",
    "CommitteeMember",
    "CommitteeOpinion",
    "ControlPaper",
    "CoreTemperature",
    "Delivery",
    "DeliveryLine",
    "DeliveryPaper",
    "DeliverySignature",
    "Dish",
    "Disinfection",
    "Fault",
    "FoodOrder",
    "FoodOrderLine",
    "Fridge",
    "FridgeReading",
    "Goods",
    "GoodsIntake",
    "Incident",
    "IncidentBatch",
    "IncidentMeal",
    "IncidentSick",
    "IncidentStep",
    "Ingredient",
    "IngredientPack",
    "KitchenIssue",
    "Leftover",
    "Meal",
    "MealDish",
    "MealHeads",
    "MenuDish",
    "MenuPart",
    "MorningCheck",
    "Outlet",
    "OutletCheck",
    "PantryBatch",
    "PantryCount",
    "PantryCountLine",
    "PantryMove",
    "PestControl",
    "PriceCheck",
    "Programme",
    "PurchaseReport",
    "RecallDrill",
    "RecipeLine",
    "RosterEntry",
    "Sample",
    "SampleGap",
    "Settlement",
    "SpecialMeal",
    "SubsidyReceipt",
    "Supplier",
    "SupplierException",
    "Survey",
    "SurveyAnswer",
    "Training",
    "TrainingPerson",
    "WasteHandover",
    "WaterCare",
    "WaterCheck",
    "WaterPoint",
    "WaterTest",
    "WeekMenu",
    "Worker",
]
