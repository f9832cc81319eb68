"""Dishes, three weeks of menus and the meals of the last days of the demo school."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from canteen.dish.models import Dish
from canteen.dish.rules import save_dish, set_ingredient
from canteen.ingredient.first_run import make_usual
from canteen.ingredient.models import Ingredient
from canteen.meal.models import Meal
from canteen.meal.rules import count_heads, end_meal, head_key, open_meal
from canteen.meal.waste_rules import weigh_leftover
from canteen.menu.models import WeekMenu
from canteen.menu.publishing import publish_menu, submit_menu
from canteen.menu.rules import add_dishes, monday_of, save_menu
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.models import Signer, SignerState
from logistics.platform.approvals.public import current_run
from logistics.platform.demo.build import DemoSchool

# kind: dish: (price in yuan, grams for a pupil of 12 to 14, fried)
DISHES = {
    "staple": {
        "白米饭": ("1.00", {"大米": 145}), "小米饭": ("1.00", {"大米": 135, "小米": 10}), "玉米饭": ("1.00", {"大米": 125, "玉米": 20}),
        "馒头": ("1.00", {"面粉": 80}), "小米粥": ("1.00", {"小米": 40}), "鲜肉包": ("2.00", {"面粉": 60, "猪肉": 20}), "红薯": ("1.00", {"红薯": 80}),
    },
    "main": {
        "土豆烧牛肉": ("5.00", {"牛肉": 55, "土豆": 40, "大豆油": 4, "酱油": 3}), "红烧鸡腿": ("4.50", {"鸡腿": 90, "大豆油": 3, "酱油": 4}),
        "糖醋大排": ("5.00", {"大排": 90, "白糖": 5, "大豆油": 5}), "盐水基围虾": ("6.00", {"基围虾": 80, "食盐": 1}), "清蒸鲈鱼": ("6.00", {"鲈鱼": 80, "小葱": 3}),
        "香菇滑鸡": ("4.50", {"鸡肉": 70, "香菇": 25, "大豆油": 4}), "炸鸡翅中": ("5.00", {"鸡翅中": 90, "大豆油": 8}),
    },
    "half": {
        "西红柿炒蛋": ("3.00", {"西红柿": 90, "鸡蛋": 35, "大豆油": 4, "食盐": 1}), "宫保鸡丁": ("3.50", {"鸡肉": 30, "胡萝卜": 40, "花生米": 10, "大豆油": 4}),
        "茭白肉丝": ("3.50", {"茭白": 70, "猪肉": 30, "大豆油": 4}), "莴苣炒蛋": ("3.00", {"莴苣": 75, "鸡蛋": 30, "大豆油": 4}),
        "家常豆腐": ("3.00", {"豆腐": 90, "猪肉": 15, "大豆油": 4}), "芹菜炒猪肝": ("3.50", {"芹菜": 70, "猪肝": 25, "大豆油": 4}),
    },
    "green": {
        "清炒青菜": ("2.00", {"青菜": 120, "大豆油": 3, "食盐": 1}), "蒜蓉西兰花": ("2.00", {"西兰花": 110, "大蒜": 3, "大豆油": 3, "食盐": 1}),
        "手撕包菜": ("2.00", {"包菜": 120, "大豆油": 3, "食盐": 1}), "油焖茄子": ("2.00", {"茄子": 110, "大豆油": 5, "酱油": 3}),
        "清炒菠菜": ("2.00", {"菠菜": 120, "大豆油": 3, "食盐": 1}), "白菜木耳": ("2.00", {"白菜": 115, "木耳": 2, "大豆油": 3, "食盐": 1}),
    },
    "soup": {
        "紫菜蛋花汤": ("0.50", {"紫菜": 2, "鸡蛋": 5}), "萝卜排骨汤": ("1.00", {"白萝卜": 30, "排骨": 20}), "冬瓜虾皮汤": ("0.50", {"冬瓜": 40, "虾仁": 5}),
        "西红柿蛋汤": ("0.50", {"西红柿": 30, "鸡蛋": 5}), "豆浆": ("1.00", {"黄豆": 15}),
    },
    "fruit": {"苹果": ("1.50", {"苹果": 110}), "桔子": ("1.50", {"桔子": 100}), "香蕉": ("1.50", {"香蕉": 100})},
    "milk": {"纯牛奶": ("2.50", {"纯牛奶": 200})},
}  # fmt: skip
WEEK = (
    {"breakfast": ("鲜肉包", "小米粥", "纯牛奶"), "lunch": ("白米饭", "土豆烧牛肉", "西红柿炒蛋", "清炒青菜", "紫菜蛋花汤", "苹果")},
    {"breakfast": ("馒头", "豆浆", "红薯"), "lunch": ("小米饭", "红烧鸡腿", "家常豆腐", "蒜蓉西兰花", "冬瓜虾皮汤", "桔子")},
    {"breakfast": ("鲜肉包", "小米粥", "纯牛奶"), "lunch": ("白米饭", "盐水基围虾", "芹菜炒猪肝", "手撕包菜", "西红柿蛋汤", "香蕉")},
    {"breakfast": ("馒头", "豆浆", "红薯"), "lunch": ("玉米饭", "糖醋大排", "莴苣炒蛋", "清炒菠菜", "萝卜排骨汤", "苹果")},
    {"breakfast": ("鲜肉包", "小米粥", "纯牛奶"), "lunch": ("白米饭", "香菇滑鸡", "茭白肉丝", "油焖茄子", "紫菜蛋花汤", "桔子")},
)
OTHER_WEEK = {"土豆烧牛肉": "清蒸鲈鱼", "红烧鸡腿": "炸鸡翅中", "清炒青菜": "白菜木耳", "西红柿炒蛋": "宫保鸡丁"}
FRIED = {"炸鸡翅中"}
STAFF = 118


def moment(on: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.fromisoformat(clock)))


def build_menus(school: DemoSchool) -> None:
    """Last week's and this week's menus on the board, next week's being drawn up."""
    manager, today = school.people["canteen"], timezone.localdate(school.now)
    this = monday_of(today)
    start = moment(this - timedelta(days=12), "09:00")
    make_usual(actor=manager, at=start)
    _dishes(manager, start)
    for monday, other in ((this - timedelta(days=7), True), (this, False)):
        menu = _week(manager, monday, moment(monday - timedelta(days=4), "15:20"), other=other)
        _publish(school, menu, moment(monday - timedelta(days=3), "09:10"))
    _week(manager, this + timedelta(days=7), min(school.now, moment(this + timedelta(days=3), "15:20")), other=True, days=3)


def _dishes(manager, at: datetime) -> None:
    known = {one.name: one for one in Ingredient.objects.all()}
    for kind, dishes in DISHES.items():
        for name, (price, recipe) in dishes.items():
            dish = save_dish(actor=manager, at=at, name=name, kind=kind, price=Decimal(price), is_fried=name in FRIED)
            for ingredient, grams in recipe.items():
                set_ingredient(actor=manager, at=at, record=dish, ingredient=known[ingredient], g12=Decimal(grams))


def _week(manager, monday: date, at: datetime, *, other: bool, days: int = 5) -> WeekMenu:
    menu = save_menu(actor=manager, at=at, monday=monday, note="菜谱如有变化，当天在公示栏说明。")
    dishes = {dish.name: dish for dish in Dish.objects.all()}
    for n, meals in enumerate(WEEK[:days]):
        for meal, names in meals.items():
            chosen = [dishes[OTHER_WEEK.get(name, name) if other else name] for name in names]
            add_dishes(actor=manager, at=at, record=menu, on=monday + timedelta(days=n), meal=meal, dishes=chosen)
    return menu


def _publish(school: DemoSchool, menu: WeekMenu, at: datetime) -> None:
    manager = school.people["canteen"]
    submit_menu(actor=manager, at=at - timedelta(hours=3), record=menu)
    while (run := current_run(menu)) is not None:
        signer = Signer.objects.filter(step__run=run, state=SignerState.OPEN).order_by("pk").first()
        approve(actor=signer.person, at=at - timedelta(hours=1), record=run, opinion="同意")
    publish_menu(actor=manager, at=at, record=menu)


def build_meals(school: DemoSchool) -> None:
    """Lunches of the menus' days up to now: today's is still open while it is served."""
    chef, today = school.people["chef"], timezone.localdate(school.now)
    for n in range(12, -1, -1):
        on = today - timedelta(days=n)
        if on.weekday() >= 5 or monday_of(on) < monday_of(today) - timedelta(days=7) or moment(on, "10:20") > school.now:
            continue
        meal = open_meal(actor=chef, at=moment(on, "10:20"), on=on, kind="lunch", starts=time(11, 50), ends=time(12, 50))
        _people(school, meal, "planned", moment(on, "10:25"))
        if moment(on, "13:20") > school.now:
            continue
        _people(school, meal, "eaten", moment(on, "13:10"))
        weigh_leftover(actor=chef, at=moment(on, "13:15"), meal=meal, kind="plate", kg=Decimal(school.random.randint(380, 640)) / 10)
        weigh_leftover(actor=chef, at=moment(on, "13:18"), meal=meal, kind="pot", kg=Decimal(school.random.randint(60, 190)) / 10)
        end_meal(actor=chef, at=moment(on, "13:20"), record=meal)


def _people(school: DemoSchool, meal: Meal, which: str, at: datetime) -> None:
    rows = list(meal.heads.select_related("school_class"))
    away = 0 if which == "planned" else 3
    counts = {head_key(row): max(0, row.planned - (school.random.randint(0, away) if away else 0)) for row in rows if row.school_class_id}
    counts["staff"] = STAFF if which == "planned" else STAFF - school.random.randint(2, 9)
    count_heads(actor=school.people["chef"], at=at, record=meal, which=which, counts=counts)
