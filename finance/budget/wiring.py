"""What the folder budget registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.approvals import public as approvals
from logistics.platform.imports import targets
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.school import first_run
from logistics.platform.web import menu, readiness, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem, SetupCard

ALL = Scope.ALL
LIMITS = [
    Limit("finance.budget.warn", "预算用到多少就提醒", "%", 80, floor=50, ceiling=100, group="经费", help="一个指标用到这个数，告诉部门负责人和会计。"),
]
PERMISSIONS = [
    ("finance.budget.view", "看预算", {"principal": ALL, "vice": ALL, "director": ALL, "accountant": ALL, "financegroup": ALL, "inspector": ALL}),
    ("finance.budget.manage", "编预算", {"accountant": ALL}),
    ("finance.budget.approve", "批准年度预算", {"principal": ALL, "vice": ALL}),
    ("finance.budget.override", "批准超支", {"principal": ALL}),
    ("finance.budget.reopen", "重新开账", {"principal": ALL}),
    ("finance.setting.manage", "经费和预算科目", {"accountant": ALL, "director": ALL}),
]
SEPARATED = [
    (
        "finance.budgetyear", "年度预算",
        [Act("create", "编预算", separation.REQUEST), Act("compile", "编入指标", separation.REQUEST), Act("open", "批准执行", separation.APPROVE)],
    ),
    (
        "finance.budgetchange", "预算调整",
        [Act("create", "申请调整", separation.REQUEST), Act("submit", "送批", separation.REQUEST), Act("approve", "批准调整", separation.APPROVE)],
    ),
]  # fmt: skip


def register() -> None:
    from . import first_run as usual
    from .approval import BUDGET_CHANGES
    from .home import budget_todos, tight_lines
    from .importing import BUDGET_SHEET, ITEM_LIST
    from .pages import CHANGES, FUNDS, ITEMS, LINES, YEARS
    from .prints import CHANGE_SHEET, EXECUTION_SHEET, LEDGER_SHEET
    from .telling import BUDGET

    permissions.register("预算", PERMISSIONS)
    for kind, document, acts in SEPARATED:
        separation.register(kind, document, acts)
    limits.register(*LIMITS)
    approvals.register(BUDGET_CHANGES)
    subjects.register(BUDGET)
    registry.register(LINES, YEARS, CHANGES, ITEMS, FUNDS)
    documents.register(EXECUTION_SHEET, LEDGER_SHEET, CHANGE_SHEET)
    targets.register(ITEM_LIST, BUDGET_SHEET)
    first_run.register(usual.PRESET)
    readiness.register(*usual.STEPS)
    sources.todos.append(budget_todos)
    sources.late.append(tight_lines)
    menu.register_cards(
        SetupCard("经费来源", "公用经费、专项和它们的用途", "wallet", "/finance/fund/", ("finance.setting.manage",)),
        SetupCard("预算科目", "支出经济分类，例如 30201 办公费", "list", "/finance/item/", ("finance.setting.manage",)),
    )
    menu.register(MenuItem("经费", "预算", "wallet", "/finance/line/", ("finance.budget.view", "finance.budget.manage"), 10))
