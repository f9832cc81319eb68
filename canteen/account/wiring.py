"""What the folder account registers with the platform."""

from decimal import Decimal

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.imports import targets
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .figures import CAP, DAY, MONTHS
from .queries import CODES, SIGN, VIEW, WRITE

ALL = Scope.ALL
PERMISSIONS = [
    (VIEW, "看伙食账", dict.fromkeys(("principal", "vice", "director", "accountant", "cashier", "financegroup", "canteen", "committee", "inspector"), ALL)),
    (WRITE, "记伙食账，做伙食收支表", {"accountant": ALL}),
    (SIGN, "签伙食收支表", dict.fromkeys(("director", "vice", "principal"), ALL)),
]
ACTS = [
    Act("create", "编制伙食收支表", separation.REQUEST),
    Act("send", "取数送签", separation.REQUEST),
    Act("sign", "签伙食收支表", separation.APPROVE),
]
LOCAL = "没有全国统一的数，按当地规定填。幼儿园常见的是累计盈亏不超过 2%。"
LIMITS = (
    Limit(CAP, "伙食累计盈亏最多占收入", "%", Decimal(2), 0, 100, group="食堂", help=LOCAL, places=2),
    Limit(MONTHS, "伙食盈亏率按最近几个月的收入算", "个月", 1, 1, 12, group="食堂", help="1 是累计结余占本月伙食收入。"),
    Limit(DAY, "伙食收支表最晚次月几日公布", "日", 15, 1, 28, group="食堂"),
)


def register() -> None:
    from .home import account_todos, late_account
    from .importing import ACCOUNT_SHEET
    from .pages import ENTRIES, STATEMENTS
    from .prints import STATEMENT_SHEET
    from .statement_rules import ACCOUNT

    permissions.register("伙食账", PERMISSIONS)
    separation.register("canteen.accountstatement", "伙食收支月报", ACTS)
    limits.register(*LIMITS)
    subjects.register(ACCOUNT)
    registry.register(STATEMENTS, ENTRIES)
    documents.register(STATEMENT_SHEET)
    targets.register(ACCOUNT_SHEET)
    sources.todos.append(account_todos)
    sources.late.append(late_account)
    index.register(Indexed(STATEMENTS, names=lambda s: (str(s),), words=lambda s: (s.note,), detail=lambda s: s.get_state_display(), order=62))
    menu.register(MenuItem("食堂", "伙食账", "wallet", "/canteen/account/", CODES, 57))
