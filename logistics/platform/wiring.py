"""What the platform registers with its own services, read by `manage.py wiring`."""

from django.core import checks

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.audit.rules import followers
from logistics.platform.imports import targets
from logistics.platform.imports.school_targets import TARGETS
from logistics.platform.kernel import lookups
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import feed, subjects
from logistics.platform.notices.channels import register_topics
from logistics.platform.notices.feed_sources import term_feed
from logistics.platform.notices.queries import unread_along, unread_count
from logistics.platform.org import login
from logistics.platform.org.queries import register_belonging
from logistics.platform.papers.feed import paper_feed
from logistics.platform.papers.queries import paper_late, paper_todos
from logistics.platform.partners.importing import PARTNERS as PARTNER_TARGET
from logistics.platform.partners.queries import firm_paper_late, firm_paper_todos
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.checks import check_locale
from logistics.platform.search.index import Indexed
from logistics.platform.terms.changes import on_calendar_change
from logistics.platform.web import context, menu, registry
from logistics.platform.web.forms import speak_plainly
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem, SetupCard
from logistics.platform.web.templatetags.school import day

ALL = Scope.ALL

LIMITS = [
    Limit("papers.warn.days", "教职工证件提前几天提醒", "天", 30, floor=1, ceiling=365, group="证照"),
    Limit("partners.warn.days", "往来单位证照提前几天提醒", "天", 30, floor=1, ceiling=365, group="证照"),
]

PERMISSIONS = {
    "学校和人员": [
        ("platform.school.manage", "学校信息", {"director": ALL}),
        ("platform.people.manage", "部门、岗位和教职工", {"director": ALL}),
        ("platform.students.manage", "班级和学生", {"director": ALL}),
        (
            "platform.students.view",
            "看学生名单",
            {**dict.fromkeys(("principal", "vice", "director", "safety", "dormkeeper", "nurse", "inspector"), ALL), "headteacher": Scope.CLASS},
        ),
        ("platform.places.manage", "地点", {"director": ALL, "keeper": ALL}),
        ("platform.labels.manage", "印空白标签、解除绑定", {"director": ALL, "keeper": ALL}),
        ("platform.calendar.manage", "校历和工作时间", {"director": ALL}),
        ("platform.papers.view", "看教职工证件", dict.fromkeys(("principal", "vice", "director", "foodsafety", "safety", "inspector"), ALL)),
        ("platform.papers.manage", "登记教职工证件", {"director": ALL}),
        ("platform.limits.view", "看学校限值", dict.fromkeys(("principal", "vice", "director", "foodsafety", "safety", "inspector"), ALL)),
        ("platform.limits.manage", "定学校限值", {"director": ALL}),
        ("platform.directory.view", "查看通讯录", {"*": ALL, "inspector": ALL}),
    ],
    "安全和日志": [
        ("platform.roles.manage", "角色与权限", {}),
        ("platform.separation.manage", "不相容职务的放宽", {"principal": ALL}),
        ("platform.substitution.manage", "给别人安排代理", {"principal": ALL, "director": ALL}),
        ("platform.journal.view", "查看日志", {"principal": ALL, "vice": ALL, "director": ALL, "inspector": ALL}),
        ("platform.status.view", "看系统状态", {"director": ALL}),
        ("platform.journal.receive", "每天收日志指纹", {"principal": ALL, "inspector": ALL}),
    ],
    "公开、任务和单位": [
        (
            "platform.partners.view",
            "看往来单位",
            dict.fromkeys(
                ("principal", "vice", "director", "buyer", "storekeeper", "accountant", "cashier", "keeper", "canteen", "foodsafety", "inspector"), ALL
            ),
        ),
        ("platform.partners.manage", "管往来单位和证照", dict.fromkeys(("director", "buyer", "storekeeper", "accountant"), ALL)),
        ("platform.partners.bank", "看往来单位完整账号", dict.fromkeys(("director", "accountant", "cashier"), ALL)),
        ("platform.robots.manage", "管群机器人", {"director": ALL, "admin": ALL}),
        ("platform.rulebook.manage", "起草和发布制度", {"director": ALL, "vice": ALL}),
        ("platform.duties.view", "看全部定时任务", dict.fromkeys(("principal", "vice", "director", "safety", "inspector"), ALL)),
        ("platform.duties.manage", "登记和安排定时任务", dict.fromkeys(("vice", "director", "safety"), ALL)),
        ("platform.board.manage", "管公示栏", {"director": ALL, "vice": ALL}),
    ],
}


def register() -> None:
    from .approvals import wiring as approvals
    from .board import queries as board
    from .board.pages import BOARD, PHONES, QUESTIONS
    from .board.prints import POST_SHEET
    from .offline import queries as offline
    from .offline.pages import ARRIVALS
    from .rulebook import queries as rulebook
    from .rulebook.pages import RULES
    from .rulebook.prints import RULE_SHEET

    for group, rows in PERMISSIONS.items():
        permissions.register(group, rows)
    limits.register(*LIMITS)
    context.badges["unread"] = unread_count
    login.along["unread_notices"] = unread_along()
    _register_notices()
    targets.register(*TARGETS, PARTNER_TARGET)
    speak_plainly()
    lookups.register()
    sources.todos += [paper_todos, rulebook.rule_todos, board.board_todos, offline.todos]
    sources.todos.append(firm_paper_todos)
    sources.late += [paper_late, firm_paper_late]
    registry.register(RULES, BOARD, QUESTIONS, PHONES, ARRIVALS)
    documents.register(RULE_SHEET, POST_SHEET)
    followers.append(index.keep_up)
    checks.register(check_locale, checks.Tags.database)
    index.register(
        Indexed(
            RULES,
            words=lambda rule: (rule.title, rule.current.text if rule.current else ""),
            detail=lambda rule: f"{rule.get_category_display()} · {rule.get_state_display()}",
            rows=lambda rows: rows.select_related("current"),
            order=80,
        ),
        Indexed(BOARD, words=lambda post: (post.title, post.content), detail=lambda post: f"{post.get_category_display()} · {day(post.publish_on)}", order=85),
    )
    menu.register(
        MenuItem("公开与设置", "公示栏", "megaphone", "/board/", board.READ, order=10),
        MenuItem("公开与设置", "制度", "book-open", "/rules/", rulebook.READ, order=20),
    )
    menu.register_cards(SetupCard("保障电话", "公示栏和大屏上的服务电话", "phone", "/board/phone/", (board.MANAGE,)))
    _register_duties()
    approvals.register()


def _register_notices() -> None:
    """The ways to tell people, what they are told about, and what stands in their calendar feeds."""
    from .board.rules import ANSWERS as BOARD_ANSWERS
    from .heads.rules import HEADS
    from .notices.choice_rules import withdraw_feed_of
    from .notices.robot_pages import ROBOTS
    from .org.rules import other_keys
    from .papers.rules import PAPERS
    from .partners.rules import FIRM_PAPERS_OUT
    from .rulebook.rules import RULEBOOK

    register_topics()
    subjects.register(PAPERS, FIRM_PAPERS_OUT, HEADS, RULEBOOK, BOARD_ANSWERS, subjects.SYSTEM)
    feed.sources += [term_feed, paper_feed]
    other_keys.append(withdraw_feed_of)
    registry.register(ROBOTS)
    menu.register_cards(SetupCard("群机器人", "企业微信、钉钉、飞书群里自动说一声", "bot", "/setup/robot/", ("platform.robots.manage",), "系统"))


def _register_duties() -> None:
    """Recurring duties: their pages, to-dos, notices and calendar, and what follows the school calendar."""
    from .duties import queries as duties
    from .duties.feed import duty_feed
    from .duties.finding import INDEXED
    from .duties.holidays import WATCHER
    from .duties.ladder import REMINDERS, TROUBLES
    from .duties.pages import DUTIES, OCCURRENCES
    from .duties.phone import check_has_duties, kept_on_phone
    from .offline import declarations

    registry.register(DUTIES, OCCURRENCES)
    declarations.register(declarations.OfflineForm("duties.finish", "检查", OCCURRENCES, "finish", check=check_has_duties, pages=kept_on_phone))
    index.register(*INDEXED)
    sources.todos.append(duties.duty_todos)
    sources.late.append(duties.duty_late)
    subjects.register(REMINDERS, TROUBLES)
    feed.sources.append(duty_feed)
    on_calendar_change.append(WATCHER)
    register_belonging("定时任务", duties.held_by)
    menu.register(MenuItem("", "任务", "calendar-clock", "/duties/", order=15))
    hint = "每天、每周、每月要做的事，到时候自己出现在待办里"
    menu.register_cards(SetupCard("定时任务", hint, "calendar-clock", "/duties/duty/", (duties.MANAGE, duties.VIEW)))
