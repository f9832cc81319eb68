"""食品安全: what of the day is done and what is not, and the way to every book."""

from datetime import datetime

from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from canteen.evidence import check_can_check, check_can_manage, check_can_record, check_can_view
from canteen.hygiene.models import CoreTemperature, Disinfection
from canteen.sample.models import FridgeReading
from canteen.sample.queries import disposable, meals_of
from canteen.staff.queries import day_of
from logistics.platform.web.home import Line
from logistics.platform.web.records import allowed

from .models import Book, CheckSheet, Fault, FaultState

BOOKS = (  # label, hint, icon, route, who writes
    ("中心温度", "大块肉和再加热的菜", "flame", "core", check_can_record),
    ("消毒记录", "餐具、备餐间", "spray-can", "disinfection", check_can_record),
    ("冰箱温度", "0 到 8 ℃", "thermometer-snowflake", "fridge-reading", check_can_record),
    ("添加剂使用", "专人专柜，两人在场", "test-tube", "additive", check_can_record),
    ("防蝇防鼠", "检查和消杀", "bug", "pest", check_can_record),
    ("消毒剂进出", "和食品分开存放", "flask-conical", "agent-move", check_can_record),
    ("食品安全检查", "每日检查、加工过程、卫生评分", "list-checks", "check", check_can_check),
    ("整改事项", "谁、到哪天、怎么改的", "hammer", "fault", None),
    ("周排查和月调度", "按记录汇总，签字", "file-check", "control", check_can_manage),
    ("没有留样的说明", "谁说明的、为什么", "circle-alert", "sample-gap", None),
    ("检查项目", "风险管控清单，学校自己定", "list", "check-item", check_can_manage),
    ("消毒剂", "专柜和库存", "flask-round", "agent", check_can_manage),
    ("冰箱", "留样专用和其他", "refrigerator", "fridge", check_can_manage),
)


def line(title: str, detail: str, url: str, icon: str, *, done: bool, words: tuple[str, str] = ("做了", "还没做")) -> Line:
    return Line(title, detail, url, icon, words[0] if done else words[1], "done" if done else "wait")


def today_lines(at: datetime, *, may_check: bool) -> list[Line]:
    """The day's proofs in the order of the day; who may not check reads what was not done without a way there. About ten queries."""
    on = timezone.localdate(at)
    people, meals = day_of(on), meals_of(on)
    checked = sum(row.check is not None for row in people)
    dishes, missing = sum(len(row.rows) for row in meals), sum(row.missing for row in meals)
    sheets = dict.fromkeys(Book.values, 0)
    for book in CheckSheet.objects.filter(on=on, struck_at=None).values_list("book", flat=True):
        sheets[book] += 1
    readings = FridgeReading.objects.filter(happened_at__date=on, struck_at=None).count()
    rounds = Disinfection.objects.filter(happened_at__date=on, struck_at=None).count()
    cores = CoreTemperature.objects.filter(happened_at__date=on, struck_at=None).count()
    due, faults = disposable(at).count(), Fault.objects.filter(state=FaultState.OPEN, answer__sheet__struck_at=None).count()
    new = reverse("canteen:check-create")
    return [
        line("晨检", f"{len(people)} 人，查了 {checked} 人", reverse("canteen:morning"), "thermometer", done=bool(people) and checked == len(people), words=("都查了", "没查完")),
        line("留样", f"{dishes} 道菜，差 {missing} 份" if dishes else "今天还没有登记供餐", reverse("canteen:samples"), "snowflake", done=bool(dishes) and not missing, words=("留齐了", "没留齐" if dishes else "没有供餐")),
        line("中心温度", f"量了 {cores} 次", reverse("canteen:core-list"), "flame", done=bool(cores), words=("有记录", "还没量")),
        line("加工过程检查", f"{sheets[Book.PROCESS]} 次，供餐 {len(meals)} 餐", f"{new}?book=process" if may_check else "", "list-checks", done=bool(meals) and sheets[Book.PROCESS] >= len(meals)),
        line("餐具消毒", f"{rounds} 次", reverse("canteen:disinfection-list"), "spray-can", done=bool(rounds), words=("有记录", "还没记")),
        line("冰箱温度", f"看了 {readings} 次", reverse("canteen:fridge-reading-list"), "thermometer-snowflake", done=bool(readings), words=("看过", "还没看")),
        line("卫生检查评分", f"{sheets[Book.HYGIENE]} 次", f"{new}?book=hygiene" if may_check else "", "sparkles", done=bool(sheets[Book.HYGIENE])),
        line("每日检查", "日管控，没有问题也要记", f"{new}?book=daily" if may_check else "", "shield-check", done=bool(sheets[Book.DAILY])),
        line("可以处理的样品", f"{due} 份满了时间", f"{reverse('canteen:sample-list')}?state=kept", "trash-2", done=not due, words=("没有", "去处理")),
        line("整改事项", f"{faults} 项还没改完", f"{reverse('canteen:fault-list')}?state=open", "hammer", done=not faults, words=("没有", "整改中")),
    ]  # fmt: skip


@require_safe
@never_cache
def safety_page(request):
    check_can_view(request.user)
    now = timezone.now()
    books = [
        (label, hint, icon, reverse(f"canteen:{route}-list"), reverse(f"canteen:{route}-create") if writes and allowed(writes, request.user) else "")
        for label, hint, icon, route, writes in BOOKS
    ]
    may_check = allowed(check_can_check, request.user)
    context = {
        "title": "食品安全",
        "day": timezone.localdate(now),
        "today": today_lines(now, may_check=may_check),
        "books": books,
        "may_check": may_check,
    }
    return render(request, "canteen/safety.html", context)


def overview_urls() -> list:
    return [path("safety/", safety_page, name="safety")]
