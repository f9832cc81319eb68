"""Firms of the demo school: one with a licence that has run out, one about to, one on the blacklist, two cards of one firm merged."""

from datetime import timedelta

from logistics.platform.partners.credit_code import check_letter
from logistics.platform.partners.rules import blacklist_partner, merge_partner, renew_firm_paper, save_firm_paper, save_partner, stop_partner

from .build import DemoSchool

# (name, short name, kinds, contact, papers as (kind, days it has left or None for good))
FIRMS = [
    ("青禾市绿源农产品配送有限公司", "绿源配送", "food", "李强", [("licence", None), ("food", 320)]),
    ("青禾市惠民粮油商贸有限公司", "惠民粮油", "food", "赵敏", [("licence", None), ("food", 21)]),
    ("青禾市鲜达肉类有限公司", "鲜达肉类", "food", "孙涛", [("licence", None), ("food", -4), ("production", 400)]),
    ("阳光乳业有限公司青禾分公司", "阳光乳业", "food", "周玲", [("licence", None), ("production", 610)]),
    ("文华办公用品商行", "文华文具", "supplier", "陈丽", [("licence", None)]),
    ("青禾市育才教学设备有限公司", "育才设备", "supplier", "吴刚", [("licence", None), ("contract", 95)]),
    ("安居建筑工程公司", "安居建筑", "builder repair", "郑建华", [("licence", None), ("qualification", 500), ("safety", 260)]),
    ("正大防水工程部", "正大防水", "builder", "王大勇", [("licence", 700), ("qualification", -12)]),
    ("宏远装饰公司", "宏远装饰", "builder", "冯伟", [("licence", None), ("qualification", 130)]),
    ("平安消防器材公司", "平安消防", "supplier repair", "许静", [("licence", None), ("qualification", 240)]),
    ("青禾市自来水公司维修所", "水司维修", "repair", "何师傅", [("licence", None)]),
    ("捷通校车运输有限公司", "捷通运输", "transport", "马超", [("licence", None), ("transport", 28), ("insurance", 60)]),
    ("洁净餐厨废弃物收运有限公司", "洁净收运", "waste", "丁磊", [("licence", None), ("waste", 450), ("contract", 270)]),
    ("青禾市食安检测技术有限公司", "食安检测", "testing", "沈洁", [("licence", None), ("qualification", 800)]),
    ("保安服务公司", "保安公司", "service", "曹队长", [("licence", None), ("contract", 190)]),
    ("老街蔬菜批发部", "老街蔬菜", "food", "钱老板", [("licence", None)]),
]


def build(school: DemoSchool) -> None:
    """Register them in the buyer's and the accountant's name."""
    buyer, at, today = school.people["buyer"], school.now - timedelta(days=90), school.now.date()
    cards = {}
    for n, (name, short, kinds, contact, papers) in enumerate(FIRMS):
        body = f"91330102MA2{n + 11:02d}K{n + 3:03d}"
        cards[name] = save_partner(
            actor=school.director, at=at, name=name, short_name=short, kinds=kinds.split(), contact=contact, phone=f"139571{n + 10:05d}", is_another=True,
            credit_code=body + check_letter(body), address=f"青禾市建设路 {n * 8 + 6} 号", bank_name="农业银行青禾支行", bank_account=f"62284803220{n:08d}",
        )  # fmt: skip
        for kind, left in papers:
            ends = None if left is None else today + timedelta(days=left)
            given = {"partner": cards[name], "kind": kind, "number": f"{kind[:2].upper()}-{n + 1:03d}", "expires_on": ends}
            save_firm_paper(actor=buyer, at=at, issued_on=today - timedelta(days=700), **given)
    old = save_firm_paper(actor=buyer, at=at, partner=cards["保安服务公司"], kind="insurance", number="BX-1", expires_on=today - timedelta(days=30))
    renew_firm_paper(actor=buyer, at=at + timedelta(days=55), record=old, number="BX-2", expires_on=today + timedelta(days=335))
    twice = save_partner(actor=buyer, at=at, name="绿源农产品配送公司", kinds=["food"], is_another=True)
    merge_partner(actor=buyer, at=at + timedelta(days=20), record=twice, target=cards["青禾市绿源农产品配送有限公司"])
    blacklist_partner(actor=school.director, at=at + timedelta(days=40), record=cards["老街蔬菜批发部"], reason="两次送来变质蔬菜，当场退货后仍以次充好。")
    stop_partner(actor=school.director, at=at + timedelta(days=50), record=cards["青禾市自来水公司维修所"], reason="已并入市水务公司。")
