"""Eggs and milk for the youngest of the demo school, an exam day and an official visit."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import SchoolClass
from logistics.platform.terms.queries import calendar

from .demo_safety import moment
from .nutrition.models import Programme, Settlement
from .nutrition.queries import classes_of
from .nutrition.rules import draw_settlement, record_receipt, save_programme, save_settlement, sign_settlement, take_issue
from .special.rules import approve_special, finish_special, save_special

UNSIGNED = 3  # classes that have not signed today


def name_of(person) -> list:
    return [typed_signature(person.name, signer=person.name)]


def build(school: DemoSchool) -> None:
    """Two days of last month, settled and public; the last days of this month, today not all signed yet."""
    today = timezone.localdate(school.now)
    this = today.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    grade = SchoolClass.objects.order_by("order").values_list("grade", flat=True).first()
    programme = save_programme(
        actor=school.people["canteen"], at=moment(last, "08:00"), name="蛋奶工程", food="鸡蛋 1 个、纯牛奶 200 毫升", standard=Decimal("5.00"),
        funding="市级财政补助", since=last, until=last + timedelta(days=240), grades=grade or "",
    )  # fmt: skip
    classes = list(classes_of(programme).select_related("head_teacher"))
    for on in school_days(last, this - timedelta(days=1))[:2]:
        hand_out(school, programme, classes, on)
    settle(school, programme, last)
    days = school_days(this, today)[-3:]
    for on in days:
        hand_out(school, programme, classes[:-UNSIGNED] if on == today else classes, on)
    specials(school)


def school_days(since: date, until: date) -> list[date]:
    known = calendar()
    return [on for on in (since + timedelta(days=n) for n in range((until - since).days + 1)) if known.is_working_day(on)]


def hand_out(school: DemoSchool, programme: Programme, classes: list, on: date) -> None:
    at = moment(on, "09:45")
    if at > school.now:
        return
    for n, one in enumerate(classes):
        away = school.random.randint(0, 2)
        allergic = 1 if n == 4 else 0
        given = {"present": one.pupils - away, "issued": one.pupils - away - allergic, "reason": "一人对鸡蛋过敏" if allergic else ""}
        teacher = one.head_teacher or school.people["canteen"]
        take_issue(actor=teacher, at=at + timedelta(minutes=n), programme=programme, school_class=one, signature=name_of(teacher), **given)


def settle(school: DemoSchool, programme: Programme, month: date) -> None:
    accountant, principal = school.people["accountant"], school.people["principal"]
    at = moment((month + timedelta(days=32)).replace(day=1), "10:00")
    record_receipt(
        actor=accountant, at=moment(month, "15:00"), programme=programme, received_on=month, amount=Decimal("6000.00"), voucher=f"青财教〔{month.year}〕88 号"
    )
    if at > school.now:
        return
    row = draw_settlement(actor=accountant, at=at, programme=programme, on=month)
    save_settlement(actor=accountant, at=at, record=row, words="结余转下月继续用于学生。")
    sign_settlement(actor=principal, at=at + timedelta(minutes=30), record=Settlement.objects.get(pk=row.pk), signature=name_of(principal))


def specials(school: DemoSchool) -> None:
    manager, vice, today = school.people["canteen"], school.people["vice"], timezone.localdate(school.now)
    visit = save_special(
        actor=manager, at=school.now - timedelta(days=6), kind="reception", on=today - timedelta(days=5), meal="lunch", occasion="校园食品安全督导", unit="青禾市教育局",
        letter="青教函〔2026〕31 号", guests=5, hosts=2, standard=Decimal(40), payer="official", dishes="红烧鸡块、清炒油麦菜、家常豆腐、番茄蛋汤、米饭",
    )  # fmt: skip
    approve_special(actor=vice, at=school.now - timedelta(days=6), record=visit)
    finish_special(actor=manager, at=school.now - timedelta(days=4), record=visit, came=5, hosts_came=2, cost=Decimal("266.00"))
    save_special(
        actor=manager, at=school.now - timedelta(days=1), kind="exam", on=today + timedelta(days=14), meal="lunch", occasion="学业水平考试", unit="本校考点",
        letter="", guests=560, hosts=0, standard=Decimal(15), payer="exam", dishes="清炖鸡肉、西红柿炒鸡蛋、炒青菜、小米粥、米饭",
    )  # fmt: skip
