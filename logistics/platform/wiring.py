"""What the platform registers with its own services, read by `manage.py wiring`."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.imports import targets
from logistics.platform.imports.school_targets import TARGETS
from logistics.platform.kernel import lookups
from logistics.platform.notices.channels import register_topics
from logistics.platform.notices.queries import unread_count
from logistics.platform.papers.queries import paper_late, paper_todos
from logistics.platform.printing import documents
from logistics.platform.web import context, finding, menu, registry
from logistics.platform.web.forms import speak_plainly
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem, SetupCard

ALL = Scope.ALL

PERMISSIONS = [
    ("platform.school.manage", "学校信息", {"director": ALL}),
    ("platform.people.manage", "部门、岗位和教职工", {"director": ALL}),
    ("platform.students.manage", "班级和学生", {"director": ALL}),
    (
        "platform.students.view",
        "看学生名单",
        {**dict.fromkeys(("principal", "vice", "director", "safety", "dormkeeper", "nurse", "inspector"), ALL), "headteacher": Scope.CLASS},
    ),
    ("platform.places.manage", "地点", {"director": ALL, "keeper": ALL}),
    ("platform.calendar.manage", "校历和工作时间", {"director": ALL}),
    ("platform.roles.manage", "角色与权限", {}),
    ("platform.journal.view", "查看日志", {"principal": ALL, "vice": ALL, "director": ALL, "inspector": ALL}),
    ("platform.status.view", "看系统状态", {"director": ALL}),
    ("platform.papers.view", "看教职工证件", dict.fromkeys(("principal", "vice", "director", "foodsafety", "safety", "inspector"), ALL)),
    ("platform.papers.manage", "登记教职工证件", {"director": ALL}),
    ("platform.rulebook.manage", "起草和发布制度", {"director": ALL, "vice": ALL}),
    ("platform.board.manage", "管公示栏", {"director": ALL, "vice": ALL}),
    ("platform.directory.view", "查看通讯录", {"*": ALL, "inspector": ALL}),
]


def register() -> None:
    from .board import queries as board
    from .board.pages import BOARD, PHONES, QUESTIONS
    from .board.prints import POST_SHEET
    from .rulebook import queries as rulebook
    from .rulebook.pages import RULES
    from .rulebook.prints import RULE_SHEET

    permissions.register("平台", PERMISSIONS)
    context.badges["unread"] = unread_count
    register_topics()
    targets.register(*TARGETS)
    speak_plainly()
    lookups.register()
    sources.todos += [paper_todos, rulebook.rule_todos, board.board_todos]
    sources.late.append(paper_late)
    registry.register(RULES, BOARD, QUESTIONS, PHONES)
    documents.register(RULE_SHEET, POST_SHEET)
    finding.register("公示", "megaphone", board.find, order=85)
    finding.register("制度", "book-open", rulebook.find, order=80)
    menu.register(
        MenuItem("公开与设置", "公示栏", "megaphone", "/board/", board.READ, order=10),
        MenuItem("公开与设置", "制度", "book-open", "/rules/", rulebook.READ, order=20),
    )
    menu.register_cards(SetupCard("保障电话", "公示栏和大屏上的服务电话", "phone", "/board/phone/", (board.MANAGE,)))
