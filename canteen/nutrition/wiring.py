"""What the folder nutrition registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.notices import subjects
from logistics.platform.offline import declarations
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .models import ACCOUNT, ISSUE, MANAGE, SIGN, TAKE, VIEW

ALL = Scope.ALL
PERMISSIONS = [
    (VIEW, "看全校的营养餐", dict.fromkeys(("principal", "vice", "director", "canteen", "foodsafety", "accountant", "committee", "inspector"), ALL)),
    (TAKE, "签收自己班的营养餐", dict.fromkeys(("headteacher", "canteen", "foodsafety"), ALL)),
    (ISSUE, "发营养餐，班主任不在时代签", dict.fromkeys(("canteen", "foodsafety"), ALL)),
    (ACCOUNT, "登记补助到账，做对账单", dict.fromkeys(("accountant",), ALL)),
    (SIGN, "签营养餐对账单", dict.fromkeys(("principal", "director"), ALL)),
    (MANAGE, "管营养餐项目", dict.fromkeys(("director", "canteen"), ALL)),
]


def register() -> None:
    from .home import late_nutrition, nutrition_todos
    from .pages import ISSUE_SHEET, ISSUES, PROGRAMMES, RECEIPTS, SETTLEMENTS, kept_on_phone
    from .prints import DAY_PAPER, SETTLEMENT_PAPER
    from .rules import SETTLED, check_can_take

    permissions.register("营养餐", PERMISSIONS)
    subjects.register(SETTLED)
    registry.register(ISSUES, RECEIPTS, PROGRAMMES, SETTLEMENTS)
    documents.register(ISSUE_SHEET.document, DAY_PAPER, SETTLEMENT_PAPER)
    declarations.register(OfflineForm("canteen.nutrition", "签收营养餐", route="canteen:nutrition-take", check=check_can_take, pages=kept_on_phone))
    sources.todos.append(nutrition_todos)
    sources.late.append(late_nutrition)
    menu.register(MenuItem("食堂", "营养餐", "egg", "/canteen/nutrition/", (VIEW, TAKE, ACCOUNT, SIGN), 57))
