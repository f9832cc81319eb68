"""What borrowers and keepers are told, and the daily round: reminders, overdue, bookings nobody came for (AST-08)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import holders_of
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.kernel.states import advance
from logistics.platform.limits.queries import limits_on
from logistics.platform.limits.registry import Limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import LOAN_MOVES, Loan, LoanState
from .queries import MANAGE

LOANS_SUBJECT = Subject("assets.loan", "借用到期、超期、预约", "家底")
BEFORE = Limit("assets.loan.before", "借用到期前几天提醒", "天", 1, floor=0, ceiling=14, group="家底")
HOLD = Limit("assets.loan.hold", "预约以后几天不来取就取消", "天", 3, floor=1, ceiling=30, group="家底", help="从约好的那天算起。")


def tell(people: Iterable, loan: Loan, *, at: datetime, about: str, title: str, body: str = "") -> None:
    """One line per occasion of this loan."""
    url = reverse("assets:loan-detail", args=[loan.pk])
    recipients = list({person.pk: person for person in people if person is not None}.values())
    notify(at=at, key=f"assets.loan.{about}:{loan.pk}", recipients=recipients, title=title, body=body, url=url, subject=LOANS_SUBJECT)


def answerable(loan: Loan) -> list:
    """The borrower; for a pupil the head teacher."""
    return [loan.borrower] if loan.borrower else [loan.student.school_class.head_teacher] if loan.student else []


@rule
def remind_loans(*, actor, at: datetime) -> int:
    """Daily: what is due soon, what is late (once a week each), bookings that lapsed. How many loans are late. Twice a day says nothing twice."""
    if actor.is_person:
        raise NotAllowed("提醒由系统按时发。")
    today = timezone.localdate(at)
    set_by_school = limits_on(today, BEFORE.code, HOLD.code)
    _lapse(actor, at, today - timedelta(days=int(set_by_school[HOLD.code])))
    joined = Loan.objects.select_related("card", "borrower", "student__school_class__head_teacher").order_by("pk")
    soon = joined.filter(state=LoanState.OUT, due_on__range=(today, today + timedelta(days=int(set_by_school[BEFORE.code]))))
    for loan in soon:
        tell(answerable(loan), loan, at=at, about=f"due.{loan.due_on}", title=f"{loan.due_on} 该还：{loan.card.name}", body=_body(loan))
    late = joined.filter(state=LoanState.OUT, due_on__lt=today)
    for loan in late:
        days = (today - loan.due_on).days
        tell(answerable(loan), loan, at=at, about=f"late.{loan.due_on}.{(days - 1) // 7}", title=f"超期 {days} 天没还：{loan.card.name}", body=_body(loan))
    _tell_keepers(at, today)
    return late.count()


def _body(loan: Loan) -> str:
    return f"{loan.who}借的，还差 {loan.left} {loan.card.unit}，应在 {loan.due_on} 以前还"


def _lapse(actor, at: datetime, before) -> None:
    for loan in Loan.objects.filter(state=LoanState.BOOKED, from_on__lt=before).select_related("card", "borrower").select_for_update(of=("self",)):
        advance(loan, LoanState.CANCELLED, moves=LOAN_MOVES, reason="没有来取")
        record_event(actor=actor, at=at, action="lapse", record=loan, text="没有来取，预约取消")
        if loan.borrower:
            tell([loan.borrower], loan, at=at, about="lapsed", title=f"您约的{loan.card.name}没有来取，已经取消", body=f"约的是 {loan.from_on}")


def _tell_keepers(at: datetime, today) -> None:
    """Once a week, in one line: how much is late."""
    found = Loan.objects.filter(state=LoanState.OUT, due_on__lt=today).order_by().aggregate(n=Count("pk"), first=Min("due_on"))
    if not found["n"]:
        return
    week, url = today.isocalendar(), f"{reverse('assets:loan-list')}?late=true"
    notify(
        at=at,
        key=f"assets.loan.late-all:{week.year}-{week.week}",
        recipients=holders_of(MANAGE),
        title=f"{found['n']} 笔借用超期没还",
        body=f"最早的 {found['first']} 就该还",
        url=url,
        subject=LOANS_SUBJECT,
    )
