"""What the folder usage registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.separation import Act
from logistics.platform.limits import registry as limits
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem
from repairs.public import on_closed

from .rights import LIMITS, PERMISSIONS


def register() -> None:
    from . import home, pages, prints, problem_rules, queries

    permissions.register("水电用量", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(problem_rules.PROBLEMS)
    registry.register(pages.PROBLEMS, pages.TESTS, pages.SIZES, pages.FACTORS)
    documents.register(prints.LEDGER)
    on_closed(problem_rules.ORIGIN, problem_rules.ticket_ended)
    separation.register("utilities.useproblem", "消耗异常", [Act("fix", "登记结果", separation.DO), Act("close", "复查办结", separation.ACCEPT)])
    sources.todos.append(queries.problem_todos)
    sources.late.append(queries.problems_late)
    index.register(Indexed(pages.PROBLEMS, words=home.words_of, detail=home.detail_of, order=70))
    menu.register(
        MenuItem(
            "宿舍和水电",
            "水电用量",
            "chart-no-axes-column",
            "/utilities/usage/",
            queries.VIEW,
            60,
            also=(
                "/utilities/use-problem/",
                "/utilities/leak-test/",
                "/utilities/utility-report/",
                "/utilities/energy-year/",
                "/utilities/factor/",
                "/utilities/size/",
            ),
        )
    )
