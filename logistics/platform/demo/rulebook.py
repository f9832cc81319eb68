"""Four short regulations of the demo school, one of them revised, and who has read them."""

from datetime import timedelta

from logistics.platform.rulebook.rules import draft_version, publish_version, read_version

from .build import DemoSchool

REPAIR_FIRST = """一、东西坏了，谁发现谁报修。扫门牌上的二维码，或在平台上点“我要报修”。
二、总务处当天派工。小修不隔夜，大修不隔天；修不了的当天上报。
三、维修工到场先看有没有危险，有危险的先停用、先围挡。
四、修完由报修人验收签字，三个工作日不签的，由总务处电话问过后代签。"""
REPAIR_NOW = """一、东西坏了，谁发现谁报修。扫门牌上的二维码，或在平台上点“我要报修”，拍一张照片。
二、总务处当天派工。小修不隔夜，大修不隔天；修不了的当天上报分管副校长。
三、维修工到场先看有没有危险，有危险的先停用、先围挡。
四、修完由报修人验收签字，三个工作日不签的，由总务处电话问过后代签。
五、人为损坏的，查清经过再修，费用照学校的赔偿办法办。
六、每月统计一次维修次数和费用，在公示栏公布。"""
POWER = """一、教室、办公室、宿舍不私接电线，不用电炉、热得快、电热毯。
二、最后离开的人关灯、关电扇、关空调、关一体机电源。
三、配电室、配电箱由电工管，别人不得打开。电工持证上岗，证件过期不得作业。
四、电工每月检查一次线路和漏电保护器，查出的问题当天报修。
五、闻到焦味、看到火花，先断电，再报总务处和安全员。"""
DUTY = """一、节假日和晚上都有人值班，值班表提前一周排好。
二、值班人员按时到岗，手机畅通，不得请没有交接的人代班。
三、每班巡查不少于两次，看门窗、水电、消防通道，巡查情况当时记下来。
四、遇到急事先救人，再报带班领导；带班领导到场以前，值班人员不离开。
五、交接班当面说清没有办完的事，两人都签字。"""
STORE = """一、物品先验收、后入库。数量、规格和单据对不上的不收。
二、领用要有领用单，谁领谁签字。急用的可以先领，当天补单。
三、易燃易爆和有毒物品另库存放，双人双锁。
四、每月盘点一次，账和实物对不上的，三天内查清。
五、报损、报废按审批办，没有批准不得处理。"""

# (title, category, days since it took effect, text)
RULES = [
    ("用电安全制度", "safety", 400, POWER),
    ("值班制度", "general", 210, DUTY),
    ("仓库管理制度", "assets", 330, STORE),
]


def build(school: DemoSchool) -> None:
    """The older ones are read by most; the revision of the repair rules is a week old and half the staff has read it."""
    director, now = school.director, school.now
    for title, category, age, text in RULES:
        made = issue(school, title, category, age, text)
        readers(school, made, 0.9, age)
    repair = issue(school, "报修制度", "repair", 380, REPAIR_FIRST)
    readers(school, repair, 0.95, 300)
    at = now - timedelta(days=7)
    words = {"category": "repair", "text": REPAIR_NOW, "effective_on": at.date(), "change_note": "加了人为损坏和每月公布，报修要拍照片。"}
    draft_version(actor=director, at=at - timedelta(days=3), record=repair, title="报修制度", **words)
    readers(school, publish_version(actor=school.people["vice"], at=at, record=repair), 0.5, 6)


def issue(school: DemoSchool, title: str, category: str, age: int, text: str):
    at = school.now - timedelta(days=age)
    made = draft_version(actor=school.director, at=at - timedelta(days=5), title=title, category=category, text=text, effective_on=at.date())
    return publish_version(actor=school.people["vice"], at=at, record=made)


def readers(school: DemoSchool, regulation, share: float, age: int) -> None:
    """This share of the staff reads it within the days that follow."""
    people = [person for name, person in school.people.items() if name != "inspector"]
    for person in school.random.sample(people, int(len(people) * share)):
        read_version(actor=person, at=school.now - timedelta(days=age, minutes=-school.random.randint(5, 4000)), record=regulation)
