"""What the cockpit registers, read by `manage.py wiring`."""

from logistics.platform.board.queries import board_lines
from logistics.platform.labels import things
from logistics.platform.labels.queries import MANAGE as MANAGE_LABELS
from logistics.platform.printing import documents
from logistics.platform.school import first_run
from logistics.platform.search import index
from logistics.platform.web import finding, home, menu, panels, readiness, registry
from logistics.platform.web.menu import MenuItem, SetupCard
from logistics.platform.web.panels import Panel


def register() -> None:
    from .account.substitutes import home_lines
    from .labels.blank import LABELS
    from .partners.record import FIRM_PAPERS, PARTNERS
    from .places.labels import PLACE_THING, place_choices
    from .places.record import PLACES
    from .search import sources
    from .setup import cards, steps, usual_school
    from .setup.classes import CLASSES
    from .setup.departments import DEPARTMENTS
    from .setup.first_run import setup_todos
    from .setup.journal import JOURNAL
    from .setup.journal_heads import HEAD_SHEET
    from .setup.limits import LIMITS
    from .setup.papers import PAPERS, person_panel
    from .setup.people import PEOPLE
    from .setup.person_access import access_panel
    from .setup.posts import POSTS
    from .setup.roles import ROLES
    from .setup.school_calendar import DAYS, HOURS, TERMS
    from .setup.students import STUDENTS

    registry.register(DEPARTMENTS, POSTS, PEOPLE, CLASSES, STUDENTS, PAPERS, LIMITS, PARTNERS, FIRM_PAPERS, PLACES, TERMS, DAYS, HOURS, ROLES, JOURNAL)
    documents.register(HEAD_SHEET)
    home.sources.lists.insert(0, home_lines)
    home.sources.lists.append(board_lines)  # below what the apps show a person of their own
    panels.register(Panel("platform.user", "证件", "cockpit/papers_panel.html", person_panel, side=True))
    panels.register(Panel("platform.user", "登录和代理", "cockpit/access_panel.html", access_panel, order=110, side=True))
    index.register(*sources.INDEXED)
    registry.register(LABELS)
    things.register(PLACE_THING)
    things.offer(PLACES.kind, place_choices)
    menu.register_cards(SetupCard("空白标签", "先印好、贴上再扫码绑定", "qr-code", "/setup/label/", (MANAGE_LABELS,)))
    finding.register("页面", "panel-top", sources.find_pages, order=5)
    menu.register_cards(*cards.CARDS)
    first_run.register(*usual_school.PRESETS)
    readiness.register(*steps.STEPS)
    home.sources.todos.append(setup_todos)
    setup = tuple(dict.fromkeys(code for card in menu.all_cards() for code in card.permissions))
    menu.register(
        MenuItem("", "首页", "house", "/", order=0),
        MenuItem("", "我的待办", "list-checks", "/todos/", order=10),
        MenuItem("", "消息", "bell", "/notices/", order=20),
        MenuItem("", "扫一扫", "scan-line", "/scan/", order=30),
        MenuItem("家底", "往来单位", "building-2", "/partner/", ("platform.partners.view", "platform.partners.manage"), order=80),
        MenuItem("家底", "地点", "map-pin", "/places/", order=90),
        MenuItem("公开与设置", "系统设置", "settings", "/setup/", setup, order=100),
    )
