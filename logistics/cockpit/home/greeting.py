"""How the first page addresses a person: 陈主任，上午好."""

from datetime import date, datetime

from django.utils import timezone

from logistics.platform.terms.calendar import WEEKDAYS, SchoolCalendar

TWO_CHARACTER_SURNAMES = {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "长孙", "端木", "南宫"}
# the end of a title: how its holder is addressed; the first that fits counts
FORMS = (
    ("班主任", "老师"),
    ("校长", "校长"),
    ("书记", "书记"),
    ("主任", "主任"),
    ("园长", "园长"),
    ("处长", "处长"),
    ("科长", "科长"),
    ("组长", "组长"),
    ("队长", "队长"),
    ("校医", "医生"),
    ("护士", "护士"),
    *((craft, "师傅") for craft in ("维修工", "水工", "电工", "木工", "厨师", "厨师长", "司机", "门卫", "保安", "保洁员", "保洁", "水暖工", "花工")),
)
HOURS = ((5, "晚上好"), (9, "早上好"), (12, "上午好"), (14, "中午好"), (18, "下午好"), (24, "晚上好"))


def surname(name: str) -> str:
    return name[:2] if name[:2] in TWO_CHARACTER_SURNAMES and len(name) > 2 else name[:1]


def address(name: str, title: str) -> str:
    """陈主任 for 陈国栋, 总务主任; 老师 for whoever has no title of its own."""
    form = next((form for end, form in FORMS if title.endswith(end)), "老师")
    return f"{surname(name)}{form}"


def hello(at: datetime) -> str:
    hour = timezone.localtime(at).hour
    return next(words for until, words in HOURS if hour < until)


def greeting(user, at: datetime) -> str:
    return f"{address(user.name, user.title)}，{hello(at)}"


def date_line(calendar: SchoolCalendar, on: date) -> str:
    """2026年11月20日 星期五 · 秋季学期第 12 周; outside terms the date alone."""
    weekday = WEEKDAYS[on.weekday()]
    rest = calendar.describe_day(on).replace(weekday, "").replace(" （", "（").strip()
    return f"{on.year}年{on.month}月{on.day}日 {weekday}" + (f" · {rest}" if rest else "")
