"""What the folder room_use registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.labels import things
from logistics.platform.notices import feed, subjects
from logistics.platform.org.queries import register_belonging
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL, OWN = Scope.ALL, Scope.OWN
PERMISSIONS = [
    ("assets.room.view", "约专用室、登记使用", {"*": OWN, **dict.fromkeys(("principal", "vice", "director", "keeper", "inspector"), ALL)}),
    ("assets.room.manage", "设专用室", {"keeper": ALL, "director": ALL}),
]


def register() -> None:
    from . import home
    from .pages import ROOMS, USES
    from .prints import REGISTER_SHEET
    from .rules import ROOMS_SUBJECT

    permissions.register("借还和专用室", PERMISSIONS)
    registry.register(ROOMS, USES)
    documents.register(REGISTER_SHEET)
    subjects.register(ROOMS_SUBJECT)
    register_belonging("管理的专用室", home.kept_by)
    sources.todos.append(home.use_todos)
    feed.sources.append(home.use_feed)
    things.offer("platform.place", home.place_choices)
    index.register(Indexed(ROOMS, words=lambda room: (str(room.place),), detail=lambda room: f"管理人 {room.keeper}", order=69))
    menu.register(MenuItem("家底", "专用室", "door-open", "/assets/special-room/", "assets.room.view", 18))
