"""提折旧: every month once, whatever fails (AST-12)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from assets.card.ledger import catch_up, first_month, lock_books
from assets.card.models import AssetCard, AssetEntry, EntryKind
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.org.models import User

from .models import DepreciationRun
from .plan import end_of, month_after, month_of

RUN = "assets.depreciation.run"
AT_ONCE = 500


def check_can_run(user, record: DepreciationRun | None = None) -> None:
    """The clock may always; a person needs the permission."""
    if user.is_person:
        require(user, RUN)


def month_due(today: date) -> date | None:
    """The earliest month that is over and not booked yet; None when there is none."""
    last = DepreciationRun.objects.order_by("-month").values_list("month", flat=True).first()
    month = month_after(last) if last else first_month()
    return month if month and month < month_of(today) else None


@rule
def run_month(*, actor, at: datetime, month: date | None = None) -> DepreciationRun:
    """Book one month's depreciation of every card and close the month; the one there is already when it was booked.

    Months go in order. Raises RuleViolation for a month that is not over or not the next one.
    """
    check_can_run(actor)
    lock_books()
    due = month_due(timezone.localdate(at))
    if month is None and due is None:
        raise RuleViolation("过完的月份都已经提过折旧，这个月要到下月 1 日再提。")
    month = month_of(month or due)
    known = DepreciationRun.objects.filter(month=month).first()
    if known:
        return known
    if month != due:
        raise RuleViolation(f"要按月份顺序提，下一个是 {due.year} 年 {due.month} 月。" if due else "这个月还没有过完，下月 1 日再提。", field="month")
    run = DepreciationRun(month=month, cards=0, amount=0, cost=0, depreciation=0, at=at, by=actor)
    try:
        with transaction.atomic():
            run.save()  # first, so that whoever runs at the same moment waits here and then finds it done
    except IntegrityError as taken:
        raise Conflict("刚刚已经有人提了这个月的折旧，请刷新后再看。") from taken
    return _book(run, actor, at)


def _book(run: DepreciationRun, actor, at: datetime) -> DepreciationRun:
    keys = list(AssetCard.objects.filter(next_month__lte=run.month).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        cards = AssetCard.objects.select_for_update().filter(pk__in=keys[start : start + AT_ONCE], next_month__lte=run.month).order_by("pk")
        catch_up(list(cards), through=run.month, at=at, by=actor)
    booked = AssetEntry.objects.filter(kind=EntryKind.DEPRECIATION, month=run.month)
    total = AssetEntry.objects.filter(on__lte=end_of(run.month)).aggregate(cost=Sum("amount"), depreciation=Sum("depreciation"))
    run.cards, run.amount = booked.count(), money(booked.aggregate(sum=Sum("depreciation"))["sum"] or 0)
    run.cost, run.depreciation = money(total["cost"] or 0), money(total["depreciation"] or 0)
    run.save()
    record_event(actor=actor, at=at, action="run", record=run, text=f"提折旧 {run.cards} 张卡片，{run.amount:,.2f} 元")
    return run


def run_missing(*, at: datetime, most: int = 24) -> list[DepreciationRun]:
    """Every month that is over and not booked, in order, each in a transaction of its own; what fails is done the next day."""
    made: list[DepreciationRun] = []
    actor, today = User.objects.system(), timezone.localdate(at)
    while len(made) < most and (month := month_due(today)):
        made.append(run_month(actor=actor, at=at, month=month))
    return made
