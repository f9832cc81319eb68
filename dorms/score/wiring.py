"""What the folder score registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.evidence.late import late_limits
from logistics.platform.imports import targets
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations as offline
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.school import first_run
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel

from .rights import PERMISSIONS, VIEW

LIMITS = (
    *late_limits("dorms", "宿舍", minutes=120, days=7),
    Limit("dorms.score.pass", "宿舍评分低于几分要整改", "分", 80, 1, 100, group="宿舍"),
    Limit("dorms.score.fix.days", "宿舍整改给几天", "天", 1, 0, 14, group="宿舍"),
    Limit("dorms.score.appeal.days", "宿舍评分几天内可以申诉", "天", 3, 0, 30, group="宿舍"),
)


def register() -> None:
    from . import bulletin_pages, importing, pages, queries, rules
    from .first_run import PRESET

    permissions.register("宿舍评分", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(rules.SCORES)
    registry.register(pages.SCORES, pages.APPEALS, pages.SHEETS, pages.STARS, bulletin_pages.BULLETINS)
    documents.register(pages.SCORE_SHEET.document, bulletin_pages.RANKING, bulletin_pages.BULLETIN)
    targets.register(importing.SCORE_LIST)
    first_run.register(PRESET)
    offline.register(OfflineForm("dorms.score", "宿舍打分", route="dorms:score-room", check=rules.check_can_score, pages=queries.kept_on_phone))
    panels.register(Panel("dorms.dormroom", "评分", "dorms/score_panel.html", queries.room_panel, order=40))
    sources.todos.append(queries.score_todos)
    sources.late.append(queries.score_late)
    menu.register(MenuItem("宿舍和水电", "宿舍评分", "clipboard-check", "/dorms/scores/", VIEW, 40, also=("/dorms/score", "/dorms/star-level/")))
