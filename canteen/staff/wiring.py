"""What the folder staff registers with the platform."""

from canteen.evidence import VIEW, check_can_check
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem


def register() -> None:
    from .home import morning_todos
    from .pages import CHECK_SHEET, CHECKS, ROSTER, TRAINING_SHEET, TRAININGS, WORKERS
    from .prints import WORKER_CARD
    from .queries import kept_on_phone
    from .rules import UNFIT

    subjects.register(UNFIT)
    declarations.register(OfflineForm("canteen.morning", "晨检", route="canteen:morning-check-create", check=check_can_check, pages=kept_on_phone))
    registry.register(WORKERS, CHECKS, ROSTER, TRAININGS)
    documents.register(WORKER_CARD, CHECK_SHEET.document, TRAINING_SHEET.document)
    sources.todos.append(morning_todos)
    menu.register(MenuItem("食堂", "晨检和排班", "thermometer", "/canteen/morning/", VIEW, 52))
    menu.register(MenuItem("食堂", "人员和培训", "chef-hat", "/canteen/worker/", VIEW, 53))
