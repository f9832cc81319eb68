"""What repairs register with the platform, read by `manage.py wiring`."""

from assets.public import blockers, handover_items, thread_parts
from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.audit.rules import followers
from logistics.platform.imports import targets
from logistics.platform.labels import things
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.notices import feed, subjects
from logistics.platform.offline import declarations as offline
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.partners.rules import on_merge
from logistics.platform.printing import documents
from logistics.platform.school import first_run
from logistics.platform.search import index
from logistics.platform.web import menu, panels, readiness, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem, SetupCard
from logistics.platform.web.panels import Panel

from . import origins

OWN, ALL, DEPARTMENT = Scope.OWN, Scope.ALL, Scope.DEPARTMENT
BOSSES = {"principal": ALL, "vice": ALL, "director": ALL}

LIMITS = [
    Limit("repairs.accept.days", "完工后几天内验收", "个工作日", 3, floor=1, ceiling=30, group="维修", help="过了这几天还没有验收，由总务主任代签。"),
    Limit("repairs.repeat.days", "几天内再报算重复故障", "天", 30, floor=1, ceiling=365, group="维修", help="同一地方同一类又报修，会提醒派工的人。"),
    Limit("repairs.dispatch.minutes", "多久没派工就提醒", "分钟", 30, floor=5, ceiling=480, group="维修", help="按工作时间算。"),
    Limit("repairs.near.hours", "到期前多久提醒", "小时", 2, floor=1, ceiling=48, group="维修"),
    Limit(
        "repairs.project.quotes", "比价至少几家报价", "家", 3, floor=3, ceiling=10, force=GUIDANCE, group="维修",
        basis="《政府采购法》第四十条（询价不少于三家），校内比价照此办",
    ),
]  # fmt: skip

PERMISSIONS = [
    ("repairs.ticket.file", "报修", {"*": OWN}),
    ("repairs.ticket.view", "看报修单", {"*": OWN, **BOSSES, "inspector": ALL, "safety": ALL}),
    ("repairs.ticket.comment", "留言", {"*": OWN}),
    ("repairs.ticket.work", "维修", {"repairer": OWN}),
    ("repairs.ticket.dispatch", "派工和并单", {"director": ALL}),
    ("repairs.ticket.decide", "定修不了的", {"vice": ALL, "principal": ALL}),
    ("repairs.ticket.sign_for", "代签验收", {"director": ALL}),
    ("repairs.setting.manage", "维修类别和维修工", {"director": ALL}),
    ("repairs.figures.view", "看维修统计", {**BOSSES, "inspector": ALL}),
    ("repairs.figures.issue", "重出维修月报", {"director": ALL, "vice": ALL}),
]
WORKS_PERMISSIONS = [
    ("repairs.plan.view", "看维修计划", {**BOSSES, "inspector": ALL, "repairer": ALL}),
    ("repairs.plan.manage", "编维修计划", {"director": ALL}),
    ("repairs.plan.approve", "批准维修计划", {"principal": ALL, "vice": ALL}),
    ("repairs.project.view", "看维修工程", {**BOSSES, "inspector": ALL, "accountant": ALL}),
    ("repairs.project.manage", "办维修工程", {"director": ALL}),
    ("repairs.project.approve", "批准维修工程立项", {"principal": ALL, "vice": ALL}),
]


SEPARATED = [
    (
        "repairs.ticket", "报修单",
        [Act("finish", "完工登记", separation.DO), Act("accept", "验收签字", separation.ACCEPT), Act("sign_for", "代签验收", separation.ACCEPT)],
    ),
    (
        "repairs.planlist", "维修计划",
        [Act("create", "编计划", separation.REQUEST), Act("submit", "送批", separation.REQUEST), Act("approve", "批准计划", separation.APPROVE)],
    ),
    (
        "repairs.project", "维修工程",
        [
            Act("create", "申报立项", separation.REQUEST),
            Act("approve", "批准立项", separation.APPROVE),
            Act("sign_contract", "签合同", separation.BUY),
            Act("sign", "验收签字", separation.ACCEPT),
        ],
    ),
]  # fmt: skip


def register_school_side() -> None:
    """Numbers the school sets, and what repairs have to do with its list of firms and with handovers."""
    from . import firms
    from .ticket.handover import open_tickets

    limits.register(*LIMITS)
    handover_items.append(open_tickets)
    on_merge("报价、工程和报修", firms.move_to)
    panels.register(Panel("platform.partner", "维修工程", "repairs/partner_panel.html", firms.partner_panel))


def register_found() -> None:
    """What of repairs is found by searching, by scanning and on a place's page."""
    from . import damages
    from .finding import INDEXED
    from .purchases import requests_panel
    from .ticket import home, renaming

    index.register(*INDEXED)
    followers.append(renaming.follow_names)
    things.offer("platform.place", home.scan_choices)
    things.offer("assets.assetcard", damages.scan_choices)
    blockers.append(damages.open_ticket_of)
    thread_parts.append(damages.repair_steps)
    panels.register(Panel("repairs.ticket", "损坏赔偿", "repairs/damage_panel.html", damages.damage_panel, order=40, side=True))
    panels.register(Panel("platform.place", "报修", "repairs/place_panel.html", home.place_panel))
    for kind in ("repairs.ticket", "repairs.planlist"):
        panels.register(Panel(kind, "请购", "repairs/requests_panel.html", requests_panel, side=True))


def register_menu() -> None:
    """Where repairs stand in the menu and on the set-up page."""
    menu.register_cards(
        SetupCard("报修类别", "有哪些类别，修好的期限", "tags", "/repairs/kind/", ("repairs.setting.manage",)),
        SetupCard("维修工", "谁会修什么，负责哪一片", "hard-hat", "/repairs/repairer/", ("repairs.setting.manage",)),
        SetupCard("工种", "水工、电工、木工", "wrench", "/repairs/trade/", ("repairs.setting.manage",)),
    )
    menu.register(
        MenuItem("日常", "报修", "wrench", "/repairs/ticket/", "repairs.ticket.view", 10),
        MenuItem("日常", "我的维修", "hammer", "/repairs/mine/", "repairs.ticket.work", 11),
        MenuItem("日常", "维修统计", "chart-column", "/repairs/figures/", "repairs.figures.view", 12),
        MenuItem("日常", "维修计划", "clipboard-list", "/repairs/plan/", "repairs.plan.view", 13),
        MenuItem("日常", "维修工程", "construction", "/repairs/project/", "repairs.project.view", 14),
    )


def register() -> None:
    from .dispatch.queries import kept_on_phone
    from .figures import home as figures_home
    from .figures.pages import REPORTS
    from .figures.prints import MONTH_PAPER
    from .kind import first_run as kind_first_run
    from .kind.pages import KINDS, REPAIRERS, TRADES
    from .plan import queries as plans
    from .plan.importing import PLAN_ITEMS
    from .plan.pages import PLANS, PREVENTIVES
    from .plan.prints import PLAN_SHEET
    from .plan.tickets import ORIGIN, item_ticket_ended
    from .project import queries as projects
    from .project.pages import PROJECTS
    from .project.prints import COMPARISON_SHEET, INSPECTION_SHEET
    from .subjects import SUBJECTS
    from .ticket import home, telling
    from .ticket.feed import ticket_feed
    from .ticket.pages import TICKETS
    from .ticket.prints import TICKET_SHEET
    from .work import rules as work

    subjects.register(*telling.SUBJECTS, *SUBJECTS)
    feed.sources.append(ticket_feed)
    sources.figures.append(figures_home.figures_for)
    sources.charts.append(figures_home.charts_for)
    permissions.register("报修维修", PERMISSIONS)
    permissions.register("维修计划和工程", WORKS_PERMISSIONS)
    for kind, document, acts in SEPARATED:
        separation.register(kind, document, acts)
    register_school_side()
    registry.register(TICKETS, KINDS, REPAIRERS, TRADES, PLANS, PREVENTIVES, PROJECTS, REPORTS)
    documents.register(TICKET_SHEET, PLAN_SHEET, COMPARISON_SHEET, INSPECTION_SHEET, MONTH_PAPER)
    first_run.register(kind_first_run.PRESET)
    readiness.register(*kind_first_run.STEPS)
    register_menu()
    offline.register(
        OfflineForm("repairs.arrive", "到场", TICKETS, "arrive", check=work.check_worker, pages=kept_on_phone),
        OfflineForm("repairs.finish", "完工登记", TICKETS, "finish", check=work.check_worker, after="repairs.arrive"),
    )
    register_found()
    sources.todos += [home.todos, plans.plan_todos, projects.project_todos]
    sources.lists.append(home.own_reports)
    sources.late += [home.late, plans.plan_late, projects.project_late]
    targets.register(PLAN_ITEMS)
    origins.on_closed(ORIGIN, item_ticket_ended)
