"""Every table of the safety app, gathered for Django."""

from safety.accident.models import Accident, AccidentStep
from safety.bus.models import BusFee, BusLine, BusRider, BusRun, BusStop, Ride
from safety.cleaning.models import AreaScore, CleaningArea, SupplyUse
from safety.clinic.models import ClassCheck, ClinicVisit, Cluster, Illness, Medicine, MedicineBatch, MedicineMove
from safety.dangerous.models import DangerousGood, DangerousMove
from safety.drill.models import Drill, DrillClass, DrillProblem, EmergencyPlan, EmergencyPlanVersion
from safety.fire.models import FireCheck, FireEquipment, FireService
from safety.gate.models import Barred, GateVisit, NightVehicle, Parcel
from safety.greenery.models import CareLog, CareRule, PlantArea
from safety.hazard.models import Hazard
from safety.key_place.models import KeyPlace, SpecialEquipment, SpecialInspection
from safety.patrol.models import CheckList, Point, Round, Route, Visit
from safety.roster.models import Handover, Shift, ShiftChange, ShiftKind, Watch
from safety.statement.models import SafetyStatement, SafetyStatementSignature, SafetyStatementVersion
from safety.student_pass.models import PassConfirmation, StudentPass
from safety.surroundings.models import Surrounding, SurroundingStep
from safety.training.models import SafetyTraining, SafetyTrainingPerson
from safety.vehicle.models import Trip, Vehicle, VehicleEntry, VehiclePaper

__all__ = [
    "Accident",
    "AccidentStep",
    "AreaScore",
    "Barred",
    "BusFee",
    "BusLine",
    "BusRider",
    "BusRun",
    "BusStop",
    "CareLog",
    "CareRule",
    "CheckList",
    "ClassCheck",
    "CleaningArea",
    "ClinicVisit",
    "Cluster",
    "DangerousGood",
    "DangerousMove",
    "Drill",
    "DrillClass",
    "DrillProblem",
    "EmergencyPlan",
    "EmergencyPlanVersion",
    "FireCheck",
    "FireEquipment",
    "FireService",
    "GateVisit",
    "Handover",
    "Hazard",
    "Illness",
    "KeyPlace",
    "Medicine",
    "MedicineBatch",
    "MedicineMove",
    "NightVehicle",
    "Parcel",
    "PassConfirmation",
    "PlantArea",
    "Point",
    "Ride",
    "Round",
    "Route",
    "SafetyStatement",
    "SafetyStatementSignature",
    "SafetyStatementVersion",
    "SafetyTraining",
    "SafetyTrainingPerson",
    "Shift",
    "ShiftChange",
    "ShiftKind",
    "SpecialEquipment",
    "SpecialInspection",
    "StudentPass",
    "SupplyUse",
    "Surrounding",
    "SurroundingStep",
    "Trip",
    "Vehicle",
    "VehicleEntry",
    "VehiclePaper",
    "Visit",
    "Watch",
]
