"""What the folder bed registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.imports import targets
from logistics.platform.labels import things
from logistics.platform.notices import subjects
from logistics.platform.org.queries import register_belonging
from logistics.platform.printing import documents
from logistics.platform.school import first_run
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem, SetupCard

from .first_run import PRESET
from .rights import COUNTS, MANAGE, PERMISSIONS, VIEW


def register() -> None:
    from . import home, importing, move_rules, pages, prints

    permissions.register("宿舍", PERMISSIONS)
    subjects.register(move_rules.SUBJECT)
    registry.register(pages.BUILDINGS, pages.ROOMS, pages.BEDS, pages.STAYS, pages.MOVES, pages.ITEMS)
    documents.register(prints.MAP, prints.DOOR, prints.ROLL, prints.SHEET, prints.MOVE, prints.COUNTS)
    first_run.register(PRESET)
    targets.register(importing.BED_LIST)
    things.offer("platform.place", home.place_choices)
    register_belonging("宿舍楼宿管员", lambda person: person.dorm_buildings.filter(is_active=True).select_related("place"))
    sources.todos.append(home.bed_todos)
    sources.late.append(home.bed_late)
    index.register(
        Indexed(
            pages.STAYS,
            names=lambda s: (s.student.name,),
            words=lambda s: (s.student.number,),
            detail=lambda s: str(s.bed),
            rows=lambda rows: rows.select_related("student", "bed__room__building__place", "bed__room__place"),
            order=83,
        )
    )
    menu.register(MenuItem("宿舍和水电", "宿舍", "bed-double", "/dorms/", VIEW, 10))
    menu.register(MenuItem("宿舍和水电", "住宿人数", "users", "/dorms/counts/", COUNTS, 11))
    menu.register_cards(SetupCard("入住物品", "入住和退宿时一样一样看的东西", "key-round", "/dorms/item/", (MANAGE,)))
