"""What stands on the demo school's board: phones, posts for parents and staff, a question with its answer."""

from datetime import timedelta

from logistics.platform.board.pages import PHONES
from logistics.platform.board.rules import answer_question, ask, publish_post, save_post

from .build import DemoSchool

# (what for, number, person, hours)
SERVICES = [
    ("水电维修", "82601105", "周建平、赵启明", "7:00 至 22:00"),
    ("食堂", "82601120", "罗建国", "6:00 至 19:00"),
    ("宿舍", "82601130", "孙玉梅", "全天"),
    ("校门和安全", "82601110", "梁振", "全天"),
    ("医务室", "82601106", "沈岚", "7:30 至 21:00"),
    ("总务处", "82601103", "陈国栋", "上班时间"),
]
WATER = """因更换三号宿舍楼的进水阀门，本周六上午 8 点到 11 点停水。
停水的有三号宿舍楼和食堂二楼，其他楼不受影响。
请住校生提前接好水；来水以后先放一分钟再用。"""
FUNDS = """十月食堂收入 412,860.00 元，其中学生伙食费 398,420.00 元，教职工餐费 14,440.00 元。
十月支出 406,215.30 元，其中食材 318,902.60 元，工资 62,400.00 元，水电燃气 19,874.70 元，其他 5,038.00 元。
结余 6,644.70 元，转入下月伙食，不作他用。"""
MENU = """周一午餐：土豆烧牛肉、手撕包菜、冬瓜虾皮汤
周二午餐：糖醋里脊、清炒豆芽、番茄蛋汤
周三午餐：红烧牛腩、番茄炒蛋、紫菜汤
周四午餐：香菇滑鸡、蒜蓉西兰花、海带汤
周五午餐：土豆烧鸡块、清炒油麦菜、紫菜蛋花汤
每餐 12 元。对蛋、奶、大豆、花生过敏的同学，请告诉班主任。"""
BUYING = """猪后腿肉 62.0 公斤，单价 29.80 元，共 1,847.60 元
东北大米 500.0 公斤，单价 5.60 元，共 2,800.00 元
油麦菜 48.5 公斤，单价 4.20 元，共 203.70 元
番茄 52.0 公斤，单价 5.10 元，共 265.20 元
验收：罗秀英、高远。供货票据在食堂管理员处，可以来看。"""
WINTER = """暖气管道已经试压，漏水的四处都修好了，11 月 15 日前全部通水。
各班放学前请关好窗，窗帘不要盖住暖气片。
哪里不热，扫门牌上的二维码报修，选“水”。"""
STOCK = """十二月第一周清点全校财产，各班、各室先自查一遍。
自查表放在总务处，请责任人在 11 月 28 日前交来。
丢的、坏的照实写，和账对不上的不追究登记前的事。"""
BLOSSOM = """总务处把教学楼A座西侧的空地整了出来，种了二十棵桂花。
铺路的旧砖是体育馆改造时留下的，一共省下 3,200 元。"""

# (category, title, text, audience, days since it was published, days it stays; None for good)
POSTS = [
    ("notice", "三号宿舍楼周六上午停水", WATER, "everyone", 1, 4),
    ("funds", "十月食堂收支", FUNDS, "everyone", 6, 40),
    ("menu", "本周菜谱", MENU, "everyone", 4, 7),
    ("purchase", "今天的食堂采购", BUYING, "everyone", 0, 3),
    ("notice", "供暖准备好了", WINTER, "everyone", 9, None),
    ("notice", "十二月清点财产，请各室自查", STOCK, "staff", 3, 20),
    ("news", "旧砖铺路，新种二十棵桂花", BLOSSOM, "everyone", 12, None),
    ("disclosure", "九月食堂收支", FUNDS.replace("十月", "九月"), "everyone", 45, 30),
]


def build(school: DemoSchool) -> None:
    """All published in the director's name but one draft; two teachers ask, one has been answered."""
    director, vice, now = school.director, school.people["vice"], school.now
    for order, (name, phone, person, hours) in enumerate(SERVICES):
        PHONES.create(actor=director, at=now, name=name, phone=phone, person=person, hours=hours, order=order, is_active=True)
    made = [published(school, *row) for row in POSTS]
    fields = {"category": "disclosure", "content": "名单由班主任核对后发布。", "audience": "staff", "publish_on": now.date(), "withdraw_on": None}
    save_post(actor=director, at=now, title="寒假值班安排（还没有定）", **fields)
    words = {"text": "周六停水，走读生补课的教学楼有水吗？", "kind": "question"}
    asked = ask(actor=school.people["headteacher"], at=now - timedelta(hours=20), post=made[0], **words)
    answer_question(actor=vice, at=now - timedelta(hours=18), record=asked, answer="教学楼不停水，饮水机照常用。", is_shown=True)
    ask(actor=school.people["teacher"], at=now - timedelta(hours=2), post=made[1], text="水电燃气比九月多了一成，是什么原因？", kind="complaint")


def published(school: DemoSchool, category: str, title: str, text: str, audience: str, age: int, stays: int | None):
    at = school.now - timedelta(days=age)
    ends = None if stays is None else at.date() + timedelta(days=stays)
    post = save_post(actor=school.director, at=at, category=category, title=title, content=text, audience=audience, publish_on=at.date(), withdraw_on=ends)
    return publish_post(actor=school.director, at=at, record=post)
