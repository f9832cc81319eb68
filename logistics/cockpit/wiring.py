"""What the cockpit registers, read by `manage.py wiring`."""

from logistics.platform.board.queries import board_lines
from logistics.platform.printing import documents
from logistics.platform.web import finding, home, menu, panels, registry
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel


def register() -> None:
    from .places.record import PLACES
    from .search import sources
    from .setup import cards
    from .setup.classes import CLASSES
    from .setup.departments import DEPARTMENTS
    from .setup.journal import HEAD_SHEET, JOURNAL
    from .setup.papers import PAPERS, person_panel
    from .setup.people import PEOPLE
    from .setup.posts import POSTS
    from .setup.roles import ROLES
    from .setup.school_calendar import DAYS, HOURS, TERMS
    from .setup.students import STUDENTS

    registry.register(DEPARTMENTS, POSTS, PEOPLE, CLASSES, STUDENTS, PAPERS, PLACES, TERMS, DAYS, HOURS, ROLES, JOURNAL)
    documents.register(HEAD_SHEET)
    home.sources.lists.append(board_lines)  # below what the apps show a person of their own
    panels.register(Panel("platform.user", "证件", "cockpit/papers_panel.html", person_panel, side=True))
    finding.register("人", "user-round", sources.find_people, order=50)
    finding.register("地点", "map-pin", sources.find_places, order=60)
    menu.register_cards(*cards.CARDS)
    setup = tuple(dict.fromkeys(code for card in menu.all_cards() for code in card.permissions))
    menu.register(
        MenuItem("", "首页", "house", "/", order=0),
        MenuItem("", "我的待办", "list-checks", "/todos/", order=10),
        MenuItem("", "消息", "bell", "/notices/", order=20),
        MenuItem("家底", "地点", "map-pin", "/places/", order=90),
        MenuItem("公开与设置", "系统设置", "settings", "/setup/", setup, order=100),
    )
