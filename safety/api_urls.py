"""The API of safety, at /api/v1/safety/."""

from logistics.platform.api.records import register

from .accident.api import AccidentSerializer
from .accident.pages import ACCIDENTS as ACCIDENT_ACCIDENTS
from .bus.api import BusFeeSerializer, BusLineSerializer, BusRiderSerializer, BusRunSerializer, BusStopSerializer
from .bus.pages import FEES as BUS_FEES
from .bus.pages import LINES as BUS_LINES
from .bus.pages import RIDERS as BUS_RIDERS
from .bus.pages import RUNS as BUS_RUNS
from .bus.pages import STOPS as BUS_STOPS
from .cleaning.api import AreaScoreSerializer, CleaningAreaSerializer, SupplyUseSerializer
from .cleaning.pages import AREAS as CLEANING_AREAS
from .cleaning.pages import SCORES, SUPPLIES
from .clinic.api import (
    ClassCheckSerializer,
    ClinicVisitSerializer,
    ClusterSerializer,
    IllnessSerializer,
    MedicineBatchSerializer,
    MedicineMoveSerializer,
    MedicineSerializer,
)
from .clinic.pages import BATCHES as MEDICINE_BATCHES
from .clinic.pages import CHECKS as CLASS_CHECKS
from .clinic.pages import CLUSTERS, ILLNESSES, MEDICINES
from .clinic.pages import MOVES as MEDICINE_MOVES
from .clinic.pages import VISITS as CLINIC_VISITS
from .dangerous.api import DangerousGoodSerializer, DangerousMoveSerializer
from .dangerous.pages import GOODS as DANGEROUS_GOODS
from .dangerous.pages import MOVES as DANGEROUS_MOVES
from .drill.api import DrillProblemSerializer, DrillSerializer, EmergencyPlanSerializer
from .drill.pages import DRILLS as DRILL_DRILLS
from .drill.pages import PLANS as DRILL_PLANS
from .drill.pages import PROBLEMS as DRILL_PROBLEMS
from .fire.api import FireCheckSerializer, FireEquipmentSerializer, FireServiceSerializer
from .fire.pages import CHECKS as FIRE_CHECKS
from .fire.pages import EQUIPMENT as FIRE_EQUIPMENT
from .fire.pages import SERVICES as FIRE_SERVICES
from .gate.api import BarredSerializer, GateVisitSerializer, NightVehicleSerializer, ParcelSerializer
from .gate.book_pages import BARRED, CARS, PARCELS
from .gate.pages import VISITS as GATE_VISITS
from .greenery.api import CareLogSerializer, CareRuleSerializer, PlantAreaSerializer
from .greenery.pages import AREAS as PLANT_AREAS
from .greenery.pages import CARE
from .greenery.pages import LOGS as CARE_LOGS
from .hazard.api import HazardSerializer
from .hazard.pages import HAZARDS
from .key_place.api import KeyPlaceSerializer, SpecialEquipmentSerializer, SpecialInspectionSerializer
from .key_place.pages import INSPECTIONS as KEY_PLACE_INSPECTIONS
from .key_place.pages import KEY_PLACES as KEY_PLACE_KEY_PLACES
from .key_place.pages import SPECIALS as KEY_PLACE_SPECIALS
from .patrol.api import CheckListSerializer, RoundSerializer, RouteSerializer, VisitSerializer
from .patrol.pages import LISTS as PATROL_LISTS
from .patrol.pages import ROUNDS, ROUTES, VISITS
from .roster.api import ShiftChangeSerializer, ShiftKindSerializer, ShiftSerializer
from .roster.pages import CHANGES as SHIFT_CHANGES
from .roster.pages import KINDS as SHIFT_KINDS
from .roster.pages import SHIFTS
from .statement.api import SafetyStatementSerializer, SafetyStatementSignatureSerializer
from .statement.pages import SIGNATURES as STATEMENT_SIGNATURES
from .statement.pages import STATEMENTS as STATEMENT_STATEMENTS
from .student_pass.api import StudentPassSerializer
from .student_pass.pages import PASSES
from .surroundings.api import SurroundingSerializer
from .surroundings.pages import SURROUNDINGS as SURROUNDINGS_SURROUNDINGS
from .training.api import SafetyTrainingSerializer
from .training.pages import TRAININGS as TRAINING_TRAININGS
from .vehicle.api import TripSerializer, VehicleEntrySerializer, VehiclePaperSerializer, VehicleSerializer
from .vehicle.pages import ENTRIES as VEHICLE_ENTRIES
from .vehicle.pages import PAPERS as VEHICLE_PAPERS
from .vehicle.pages import TRIPS, VEHICLES

register("safety", "vehicles", VEHICLES, VehicleSerializer)
register("safety", "vehicle-papers", VEHICLE_PAPERS, VehiclePaperSerializer)
register("safety", "vehicle-entries", VEHICLE_ENTRIES, VehicleEntrySerializer)
register("safety", "trips", TRIPS, TripSerializer)
register("safety", "bus-lines", BUS_LINES, BusLineSerializer)
register("safety", "bus-stops", BUS_STOPS, BusStopSerializer)
register("safety", "bus-riders", BUS_RIDERS, BusRiderSerializer)
register("safety", "bus-runs", BUS_RUNS, BusRunSerializer)
register("safety", "bus-fees", BUS_FEES, BusFeeSerializer)
register("safety", "emergency-plans", DRILL_PLANS, EmergencyPlanSerializer)
register("safety", "drills", DRILL_DRILLS, DrillSerializer)
register("safety", "drill-problems", DRILL_PROBLEMS, DrillProblemSerializer)
register("safety", "statements", STATEMENT_STATEMENTS, SafetyStatementSerializer)
register("safety", "statement-signatures", STATEMENT_SIGNATURES, SafetyStatementSignatureSerializer)
register("safety", "fire-equipment", FIRE_EQUIPMENT, FireEquipmentSerializer)
register("safety", "fire-checks", FIRE_CHECKS, FireCheckSerializer)
register("safety", "fire-services", FIRE_SERVICES, FireServiceSerializer)
register("safety", "hazards", HAZARDS, HazardSerializer)
register("safety", "check-lists", PATROL_LISTS, CheckListSerializer)
register("safety", "routes", ROUTES, RouteSerializer)
register("safety", "rounds", ROUNDS, RoundSerializer)
register("safety", "visits", VISITS, VisitSerializer)
register("safety", "key-places", KEY_PLACE_KEY_PLACES, KeyPlaceSerializer)
register("safety", "special-equipment", KEY_PLACE_SPECIALS, SpecialEquipmentSerializer)
register("safety", "special-inspections", KEY_PLACE_INSPECTIONS, SpecialInspectionSerializer)
register("safety", "guests", GATE_VISITS, GateVisitSerializer)
register("safety", "not-let-in", BARRED, BarredSerializer)
register("safety", "parcels", PARCELS, ParcelSerializer)
register("safety", "night-vehicles", CARS, NightVehicleSerializer)
register("safety", "student-passes", PASSES, StudentPassSerializer)
register("safety", "shifts", SHIFTS, ShiftSerializer)
register("safety", "shift-kinds", SHIFT_KINDS, ShiftKindSerializer)
register("safety", "shift-changes", SHIFT_CHANGES, ShiftChangeSerializer)
register("safety", "clinic-visits", CLINIC_VISITS, ClinicVisitSerializer)
register("safety", "medicines", MEDICINES, MedicineSerializer)
register("safety", "medicine-batches", MEDICINE_BATCHES, MedicineBatchSerializer)
register("safety", "medicine-moves", MEDICINE_MOVES, MedicineMoveSerializer)
register("safety", "class-checks", CLASS_CHECKS, ClassCheckSerializer)
register("safety", "illnesses", ILLNESSES, IllnessSerializer)
register("safety", "clusters", CLUSTERS, ClusterSerializer)
register("safety", "accidents", ACCIDENT_ACCIDENTS, AccidentSerializer)
register("safety", "dangerous-goods", DANGEROUS_GOODS, DangerousGoodSerializer)
register("safety", "dangerous-moves", DANGEROUS_MOVES, DangerousMoveSerializer)
register("safety", "trainings", TRAINING_TRAININGS, SafetyTrainingSerializer)
register("safety", "surroundings", SURROUNDINGS_SURROUNDINGS, SurroundingSerializer)
register("safety", "cleaning-areas", CLEANING_AREAS, CleaningAreaSerializer)
register("safety", "area-scores", SCORES, AreaScoreSerializer)
register("safety", "supply-uses", SUPPLIES, SupplyUseSerializer)
register("safety", "plant-areas", PLANT_AREAS, PlantAreaSerializer)
register("safety", "care-rules", CARE, CareRuleSerializer)
register("safety", "care-logs", CARE_LOGS, CareLogSerializer)
