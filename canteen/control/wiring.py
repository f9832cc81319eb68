"""What the folder control registers with the platform."""

from canteen.evidence import VIEW
from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.school import first_run as beginnings
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem


def register() -> None:
    from .first_run import PRESET
    from .home import control_todos, late_faults
    from .pages import FAULTS, ITEMS, PAPERS, SHEET_LOG, SHEETS
    from .prints import CONTROL_PAPER, SHEET_PAPER
    from .queries import CHAIR
    from .rules import FIXING

    permissions.register("食品安全", [(CHAIR, "主持月调度、签会议纪要", {"principal": Scope.ALL})])
    subjects.register(FIXING)
    registry.register(SHEETS, ITEMS, FAULTS, PAPERS)
    documents.register(SHEET_LOG.document, SHEET_PAPER, CONTROL_PAPER)
    beginnings.register(PRESET)
    index.register(
        Indexed(SHEETS, words=lambda s: (str(s), s.note), detail=lambda s: f"{s.faults_found} 项不合格" if s.faults_found else "没有发现问题", order=77),
        Indexed(FAULTS, words=lambda f: (f.problem, f.measure, f.source, f.done_words), detail=lambda f: f"{f.get_state_display()} · {f.measure}", order=78),
    )
    sources.todos.append(control_todos)
    sources.late.append(late_faults)
    menu.register(MenuItem("食堂", "食品安全", "shield-check", "/canteen/safety/", VIEW, 51))
