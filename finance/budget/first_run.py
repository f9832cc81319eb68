"""What a school begins with: the items schools use of the ministry's list, and the usual funds (FIN-01, FIN-13)."""

from datetime import datetime

from logistics.platform.school.first_run import Beginning, Preset
from logistics.platform.web.readiness import Progress, Step

from .models import BudgetItem, BudgetYear, Fund, Scheme, YearState
from .pages import FUNDS, ITEMS
from .queries import MANAGE, SETTINGS

EDITION = 2025
USUAL_ITEMS = {
    "30201": "办公费", "30202": "印刷费", "30203": "咨询费", "30204": "手续费", "30205": "水费", "30206": "电费", "30207": "邮电费", "30208": "取暖费",
    "30209": "物业管理费", "30211": "差旅费", "30213": "维修（护）费", "30214": "租赁费", "30215": "会议费", "30216": "培训费", "30217": "公务接待费",
    "30218": "专用材料费", "30226": "劳务费", "30227": "委托业务费", "30228": "工会经费", "30229": "福利费", "30231": "公务用车运行维护费",
    "30239": "其他交通费用", "30299": "其他商品和服务支出", "30308": "助学金", "30399": "其他对个人和家庭的补助", "31002": "办公设备购置",
    "31003": "专用设备购置", "31006": "大型修缮", "31007": "信息网络及软件购置更新", "31013": "公务用车购置", "31099": "其他资本性支出",
}  # fmt: skip
USUAL_FUNDS = {  # name: (special, words of its purpose, items)
    "公用经费": (False, "", "302、310"),
    "校舍维修专项": (True, "维修、修缮、改造、防水、加固、更换", "30213、31006"),
    "教学设备专项": (True, "设备、器材、仪器、电脑、课桌椅、图书", "30218、31002、31003、31007"),
    "学生资助资金": (True, "资助、补助、助学、免费、寄宿生", "303"),
    "课后服务经费": (True, "课后服务、劳务、材料", "30201、30218、30226"),
    "其他自有资金": (False, "", ""),
}


def missing_items() -> dict[str, str]:
    """None when the school has items of its own already."""
    return {} if BudgetItem.objects.exists() else USUAL_ITEMS


def missing_funds() -> list[str]:
    return [] if Fund.objects.exists() else list(USUAL_FUNDS)


def preset_lines(beginning: Beginning) -> list[str]:
    items, funds = missing_items(), missing_funds()
    lines = [f"经费来源：{'、'.join(funds)}"] if funds else []
    return [*lines, f"预算科目：{len(items)} 个，{EDITION} 年版部门预算支出经济分类"] if items else lines


def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    """The usual items and funds, where there are none."""
    for code, name in missing_items().items():
        ITEMS.create(actor=actor, at=at, code=code, name=name, scheme=Scheme.DEPARTMENT, since_year=EDITION, is_active=True)
    for order, name in enumerate(missing_funds()):
        is_special, purpose, codes = USUAL_FUNDS[name]
        FUNDS.create(actor=actor, at=at, name=name, is_special=is_special, purpose=purpose, codes=codes, order=order)


def dictionary_standing() -> Progress:
    items, funds = BudgetItem.objects.filter(is_active=True).count(), Fund.objects.filter(is_active=True).count()
    if items and funds:
        return Progress(1, f"{funds} 项经费，{items} 个科目")
    return Progress(0.5 if items or funds else 0, "还没有经费来源" if items else "还没有预算科目")


def year_standing() -> Progress:
    year = BudgetYear.objects.order_by("-year").first()
    if year is None:
        return Progress(0, "还没有年度预算")
    return Progress(1, f"{year}{year.get_state_display()}") if year.state != YearState.DRAFT else Progress(0.5, f"{year}在编制，还没有批准")


PRESET = Preset("finance", "经费和预算科目", "wallet", preset_lines, make_usual)
STEPS = (
    Step("finance.dictionaries", "经费和预算科目", "钱从哪里来，用在什么科目。", "wallet", "/finance/fund/", SETTINGS, dictionary_standing, 110),
    Step("finance.year", "年度预算", "各部门这一年有多少钱可用。", "calendar-range", "/finance/year/", MANAGE, year_standing, 111),
)
