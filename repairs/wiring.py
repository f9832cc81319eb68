"""What repairs register with the platform, read by `manage.py wiring`."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.imports import targets
from logistics.platform.printing import documents
from logistics.platform.web import finding, menu, panels, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem, SetupCard
from logistics.platform.web.panels import Panel

from . import origins

OWN, ALL, DEPARTMENT = Scope.OWN, Scope.ALL, Scope.DEPARTMENT
BOSSES = {"principal": ALL, "vice": ALL, "director": ALL}

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
    ("repairs.plan.view", "看维修计划", {**BOSSES, "inspector": ALL, "repairer": ALL}),
    ("repairs.plan.manage", "编维修计划", {"director": ALL}),
    ("repairs.plan.approve", "批准维修计划", {"principal": ALL, "vice": ALL}),
    ("repairs.project.view", "看维修工程", {**BOSSES, "inspector": ALL, "accountant": ALL}),
    ("repairs.project.manage", "办维修工程", {"director": ALL}),
    ("repairs.project.approve", "批准维修工程立项", {"principal": ALL, "vice": ALL}),
]


def register() -> None:
    from .figures import home as figures_home
    from .figures.pages import REPORTS
    from .figures.prints import MONTH_PAPER
    from .kind.pages import KINDS, REPAIRERS, TRADES
    from .plan import queries as plans
    from .plan.importing import PLAN_ITEMS
    from .plan.pages import PLANS, PREVENTIVES
    from .plan.prints import PLAN_SHEET
    from .plan.tickets import ORIGIN, item_ticket_ended
    from .project import queries as projects
    from .project.pages import PROJECTS
    from .project.prints import COMPARISON_SHEET, INSPECTION_SHEET
    from .ticket import home
    from .ticket.pages import TICKETS
    from .ticket.prints import TICKET_SHEET

    registry.register(REPORTS)
    documents.register(MONTH_PAPER)
    menu.register(MenuItem("日常", "维修统计", "chart-column", "/repairs/figures/", "repairs.figures.view", 12))
    sources.figures.append(figures_home.figures_for)
    sources.charts.append(figures_home.charts_for)
    permissions.register("报修维修", PERMISSIONS)
    registry.register(TICKETS, KINDS, REPAIRERS, TRADES, PLANS, PREVENTIVES, PROJECTS)
    documents.register(TICKET_SHEET, PLAN_SHEET, COMPARISON_SHEET, INSPECTION_SHEET)
    menu.register_cards(
        SetupCard("报修类别", "有哪些类别，修好的期限", "tags", "/repairs/kind/", ("repairs.setting.manage",)),
        SetupCard("维修工", "谁会修什么，负责哪一片", "hard-hat", "/repairs/repairer/", ("repairs.setting.manage",)),
        SetupCard("工种", "水工、电工、木工", "wrench", "/repairs/trade/", ("repairs.setting.manage",)),
    )
    menu.register(
        MenuItem("日常", "报修", "wrench", "/repairs/ticket/", "repairs.ticket.view", 10),
        MenuItem("日常", "我的维修", "hammer", "/repairs/mine/", "repairs.ticket.work", 11),
        MenuItem("日常", "维修计划", "clipboard-list", "/repairs/plan/", "repairs.plan.view", 13),
        MenuItem("日常", "维修工程", "construction", "/repairs/project/", "repairs.project.view", 14),
    )
    panels.register(Panel("platform.place", "报修", "repairs/place_panel.html", home.place_panel))
    finding.register("报修单", "wrench", home.find, order=10)
    sources.todos += [home.todos, plans.plan_todos, projects.project_todos]
    sources.lists.append(home.own_reports)
    sources.late += [home.late, plans.plan_late, projects.project_late]
    targets.register(PLAN_ITEMS)
    origins.on_closed(ORIGIN, item_ticket_ended)
