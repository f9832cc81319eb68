"""Reading the nutrition programme: who still has to sign today, what a month comes to (CAN-22)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum

from logistics.platform.access.rules import has
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.org.models import SchoolClass
from logistics.platform.terms.queries import calendar

from .models import ACCOUNT, ISSUE, MANAGE, SIGN, TAKE, VIEW, ClassIssue, Programme, Settlement, SettlementState, SubsidyReceipt

PLACES = DecimalField(max_digits=14, decimal_places=2)
EATEN = ExpressionWrapper(F("issued") - F("returned"), output_field=DecimalField(max_digits=9, decimal_places=0))
YUAN = ExpressionWrapper((F("issued") - F("returned")) * F("standard"), output_field=PLACES)
READERS = (VIEW, TAKE, ISSUE, ACCOUNT, SIGN, MANAGE)


def check_can_view(user, record=None) -> None:
    if not any(has(user, code) for code in READERS):
        raise NotAllowed("营养餐由班主任、食堂和财务人员看。")


def sees_all(user) -> bool:
    return any(has(user, code) for code in (VIEW, ISSUE, ACCOUNT, SIGN, MANAGE))


def programmes_visible_to(user) -> QuerySet[Programme]:
    rows = Programme.objects.all()
    return rows if any(has(user, code) for code in READERS) else rows.none()


def issues_visible_to(user) -> QuerySet[ClassIssue]:
    """All for who keeps the programme; a teacher's own classes otherwise."""
    rows = ClassIssue.objects.select_related("programme", "school_class", "created_by")
    if sees_all(user):
        return rows
    return rows.filter(Q(school_class__head_teacher=user.pk) | Q(created_by=user.pk)) if has(user, TAKE) else rows.none()


def receipts_visible_to(user) -> QuerySet[SubsidyReceipt]:
    rows = SubsidyReceipt.objects.select_related("programme", "created_by")
    return rows if sees_all(user) else rows.none()


def settlements_visible_to(user) -> QuerySet[Settlement]:
    rows = Settlement.objects.select_related("programme", "signed_by", "created_by", "post")
    return rows if sees_all(user) else rows.none()


def running(on: date) -> list[Programme]:
    return list(Programme.objects.filter(since__lte=on, until__gte=on).order_by("name", "pk"))


def classes_of(programme: Programme) -> QuerySet[SchoolClass]:
    """The classes a programme feeds, each with its `pupils`."""
    rows = SchoolClass.objects.filter(is_active=True)
    if programme.grade_names:
        rows = rows.filter(grade__in=programme.grade_names)
    return rows.annotate(pupils=Count("students", filter=Q(students__is_active=True))).filter(pupils__gt=0).order_by("order", "pk")


def may_take(user, school_class: SchoolClass) -> bool:
    """The class's own head teacher, or whoever hands out and signs for a class whose teacher is away."""
    return school_class.head_teacher_id == user.pk or has(user, ISSUE)


@dataclass(frozen=True)
class ClassLine:
    """A class on the page of a day; `row` None is not signed yet."""

    programme: Programme
    school_class: SchoolClass
    row: ClassIssue | None
    may_sign: bool


def day_of(programme: Programme, on: date, user) -> list[ClassLine]:
    """The classes this person sees, signed or not. Two queries."""
    rows = {one.school_class_id: one for one in ClassIssue.objects.filter(programme=programme, on=on, struck_at=None).select_related("created_by")}
    everything = sees_all(user)
    found = [one for one in classes_of(programme).select_related("head_teacher") if everything or one.head_teacher_id == user.pk]
    return [ClassLine(programme, one, rows.get(one.pk), one.pk not in rows and may_take(user, one)) for one in found]


def unsigned_classes(user, on: date) -> list[tuple[Programme, SchoolClass]]:
    """Own classes that have not signed on this school day. Three queries when nothing runs or it is no school day: none after the first."""
    found: list[tuple[Programme, SchoolClass]] = []
    if not has(user, TAKE):
        return found
    mine = list(SchoolClass.objects.filter(is_active=True, head_teacher=user.pk))
    for programme in running(on) if mine and calendar().is_working_day(on) else []:
        done = set(ClassIssue.objects.filter(programme=programme, on=on, struck_at=None, school_class__in=mine).values_list("school_class", flat=True))
        found += [(programme, one) for one in mine if one.pk not in done and (not programme.grade_names or one.grade in programme.grade_names)]
    return found


def month_of(on: date) -> tuple[date, date]:
    first = on.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def is_settled(programme: Programme, on: date) -> bool:
    """Whether that month or a later one is signed: what is left was carried past it, nothing may be added behind."""
    return Settlement.objects.filter(programme=programme, month__gte=on.replace(day=1), state=SettlementState.SIGNED).exists()


def unsettled_before(programme: Programme, month: date) -> date | None:
    """The first earlier month with entries or money that has no signed settlement."""
    signed = set(Settlement.objects.filter(programme=programme, month__lt=month, state=SettlementState.SIGNED).values_list("month", flat=True))
    days = set(ClassIssue.objects.filter(programme=programme, on__lt=month, struck_at=None).values_list("on", flat=True).distinct())
    days |= set(SubsidyReceipt.objects.filter(programme=programme, received_on__lt=month, struck_at=None).values_list("received_on", flat=True).distinct())
    return min({on.replace(day=1) for on in days} - signed, default=None)


def _money(value) -> str:
    return f"{Decimal(value or 0):.2f}"


def gathered(programme: Programme, month: date) -> dict:
    """What the month's entries and the money come to, as plain values. Six queries."""
    first, last = month_of(month)
    rows = ClassIssue.objects.filter(programme=programme, on__range=(first, last), struck_at=None)
    by_class = rows.values("school_class", "school_class__name").annotate(days=Count("pk"), eaten=Sum(EATEN), back=Sum("returned"), yuan=Sum(YUAN))
    days = set(rows.values_list("on", flat=True).distinct())
    feeds = {one.pk: one.name for one in classes_of(programme)}
    lines = []
    for line in by_class.order_by("school_class__order", "school_class"):
        known = {"class": line["school_class__name"], "days": line["days"], "missing": len(days) - line["days"], "eaten": int(line["eaten"])}
        lines.append(known | {"back": line["back"], "yuan": _money(line["yuan"])})
        feeds.pop(line["school_class"], None)
    spent = sum((Decimal(line["yuan"]) for line in lines), Decimal(0))
    money = SubsidyReceipt.objects.filter(programme=programme, struck_at=None)
    received = list(money.filter(received_on__range=(first, last)).order_by("received_on", "pk").values_list("received_on", "voucher", "amount"))
    income = sum((amount for _, _, amount in received), Decimal(0))
    before = Settlement.objects.filter(programme=programme, month__lt=first, state=SettlementState.SIGNED).order_by("-month").first()
    opening = Decimal(before.facts["closing"]) if before else Decimal(0)
    return {
        "days": len(days),
        "standards": sorted({_money(one) for one in rows.values_list("standard", flat=True).distinct()}),
        "lines": lines,
        "without": list(feeds.values()),
        "eaten": sum(line["eaten"] for line in lines),
        "back": sum(line["back"] for line in lines),
        "receipts": [{"on": f"{on:%Y-%m-%d}", "voucher": voucher, "yuan": _money(amount)} for on, voucher, amount in received],
        "opening": _money(opening),
        "received": _money(income),
        "spent": _money(spent),
        "closing": _money(opening + income - spent),
    }


def sentence(facts: dict) -> str:
    closing = Decimal(facts["closing"])
    left = f"结余 {closing:,.2f} 元" if closing > 0 else f"不足 {-closing:,.2f} 元" if closing < 0 else "正好用完"
    return (
        f"发放 {facts['days']} 天，{facts['eaten']:,} 人次，应补助 {Decimal(facts['spent']):,.2f} 元；上月转来 {Decimal(facts['opening']):,.2f} 元，"
        f"本月到账 {Decimal(facts['received']):,.2f} 元，{left}。"
    )
