"""What the folder vehicle registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.evidence.rules import after_strike
from logistics.platform.labels import things
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .models import VehicleEntry
from .rights import ASK, DISPATCH, PERMISSIONS, VIEW


def register() -> None:
    from . import pages, prints, queries, rules

    permissions.register("车辆和用车", PERMISSIONS)
    subjects.register(rules.TRIPS)
    after_strike(VehicleEntry, rules.put_right)
    registry.register(pages.VEHICLES, pages.PAPERS, pages.ENTRIES, pages.TRIPS)
    documents.register(pages.ENTRY_SHEET.document, prints.TRIP_PAPER)
    things.register(pages.VEHICLE_THING)
    things.offer(pages.VEHICLE_THING.kind, pages.vehicle_choices)
    sources.todos.append(queries.vehicle_todos)
    sources.late.append(queries.vehicle_late)
    menu.register(MenuItem("安全", "车辆", "car", "/safety/vehicle/", VIEW, 60), MenuItem("日常", "用车", "car", "/safety/trip/", (ASK, DISPATCH), 70))
