"""The permission codes of buying, receiving and keeping food, named once."""

from logistics.platform.access.models import Scope

ALL = Scope.ALL
BUYING_VIEW = "canteen.buying.view"
BUYING_MANAGE = "canteen.buying.manage"
RECEIVE = "canteen.delivery.receive"
SIGN_BUYER = "canteen.delivery.buyer"
SIGN_FINANCE = "canteen.delivery.finance"
SIGN_CHEF = "canteen.delivery.chef"
SIGN_OFFICER = "canteen.delivery.officer"
OVERRIDE = "canteen.delivery.override"
PANTRY = "canteen.pantry.keep"
PANTRY_BOOK = "canteen.pantry.book"
ACCESS = "canteen.access.write"

LEADERS = ("principal", "vice", "director")
PERMISSIONS = [
    (BUYING_VIEW, "看食材、供应商、采购、验收和库存", dict.fromkeys((*LEADERS, "canteen", "chef", "foodsafety", "accountant", "cashier", "buyer", "committee", "inspector"), ALL)),
    (BUYING_MANAGE, "管食材和供应商，下采购单，询价", dict.fromkeys(("canteen", "buyer", "director"), ALL)),
    (RECEIVE, "登记收货、过秤、随货证票", dict.fromkeys(("canteen", "buyer", "storekeeper"), ALL)),
    (SIGN_BUYER, "验收签字：采购（数量）", dict.fromkeys(("canteen", "buyer"), ALL)),
    (SIGN_FINANCE, "验收签字：财务（数量）", dict.fromkeys(("accountant", "cashier", "storekeeper"), ALL)),
    (SIGN_CHEF, "验收签字：厨师（质量）", dict.fromkeys(("chef",), ALL)),
    (SIGN_OFFICER, "验收签字：食品安全员", dict.fromkeys(("foodsafety",), ALL)),
    (OVERRIDE, "证照或证票不全时放行，写明理由", dict.fromkeys(LEADERS, ALL)),
    (PANTRY, "食材出库、退回、报损、盘点", dict.fromkeys(("canteen", "storekeeper", "chef"), ALL)),
    (PANTRY_BOOK, "监盘、盘点记账", dict.fromkeys(("accountant", "director"), ALL)),
    (ACCESS, "登记进出操作间和食材库", dict.fromkeys(("canteen", "chef", "foodsafety"), ALL)),
]  # fmt: skip
