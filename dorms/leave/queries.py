"""Who is away tonight, whose leaves a person sees (DOR-03)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from dorms.bed.models import DormBuilding, Stay
from dorms.bed.queries import keeps
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require, scope_of
from logistics.platform.org.models import SchoolClass, Student, User

from .models import HOLDS, DormLeave, LeaveState

VIEW, GRANT, RETURN = "dorms.leave.view", "dorms.leave.grant", "dorms.leave.back"
SALT, LENGTH = "dorms.leave.parent", 32
JOINS = ("student", "school_class__head_teacher", "created_by", "granted_by", "back_to")
NOON = timedelta(hours=12)


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def night_of(at: datetime) -> date:
    """The night a moment belongs to: until noon it is the one that began yesterday."""
    return timezone.localdate(at - NOON)


def kept_students(user) -> QuerySet[Stay]:
    """The stays in the buildings this person keeps."""
    return Stay.objects.filter(keeps(user, "bed__room__building__"), left_on=None)


def leaves_visible_to(user, code: str = VIEW) -> QuerySet[DormLeave]:
    """All for leaders and the gate; else those of the own class and of who sleeps in the buildings one keeps."""
    rows = DormLeave.objects.select_related(*JOINS)
    scope = scope_of(user, code)
    if scope == Scope.ALL:
        return rows
    if scope is None:
        return rows.none()
    return rows.filter(Q(school_class__head_teacher=user.pk) | Q(student__in=kept_students(user).values("student")))


def leave_counts(user, now: datetime) -> dict[str, int]:
    """The numbers above the list. One query."""
    night = night_of(now)
    return (
        leaves_visible_to(user)
        .order_by()
        .aggregate(
            sent=Count("pk", filter=Q(state=LeaveState.SENT)),
            away=Count("pk", filter=away_q(night)),
            overdue=Count("pk", filter=Q(state=LeaveState.GRANTED, back_by__lt=now)),
        )
    )


def away_q(night: date) -> Q:
    """The leaves that hold this night."""
    midnight = timezone.make_aware(datetime.combine(night + timedelta(days=1), datetime.min.time()))
    return Q(state__in=HOLDS, first_on__lte=night, last_on__gte=night) & (Q(back_at=None) | Q(back_at__gte=midnight))


def away_on(night: date, students: Iterable[int] | None = None, *, at: datetime | None = None) -> dict[int, DormLeave]:
    """{student's key: the leave that holds this night}, of these students or of all; one query. With `at` without who had come back by then, also after midnight."""
    rows = DormLeave.objects.filter(away_q(night)).order_by("pk")
    if at is not None:
        rows = rows.exclude(back_at__lte=at)
    if students is not None:
        rows = rows.filter(student__in=list(students))
    return {leave.student_id: leave for leave in rows}


def overdue_on(night: date, students: Iterable[int]) -> set[int]:
    """The keys of those whose last leave ended before this night and was never signed off; one query. Whoever checks beds looks twice."""
    return set(DormLeave.objects.filter(state=LeaveState.GRANTED, last_on__lt=night, student__in=list(students)).values_list("student", flat=True))


def own_classes(user) -> QuerySet[SchoolClass]:
    """The classes this person may give leave for."""
    rows = SchoolClass.objects.filter(is_active=True).select_related("head_teacher")
    scope = scope_of(user, GRANT)
    return rows if scope == Scope.ALL else rows.filter(head_teacher=user.pk) if scope else rows.none()


def boarding_classes(user) -> QuerySet[SchoolClass]:
    """Those of them with boarders, each with `boarders`, so many."""
    boards = Count("students", filter=Q(students__is_active=True, students__is_boarder=True))
    return own_classes(user).annotate(boarders=boards).filter(boarders__gt=0)


def boarders_of(school_class: SchoolClass) -> QuerySet[Student]:
    """Those of the class who board, by number."""
    return Student.objects.filter(school_class=school_class, is_active=True, is_boarder=True).order_by("number")


def own_boarders(user) -> QuerySet[Student]:
    return (
        Student.objects.filter(school_class__in=own_classes(user), is_active=True, is_boarder=True)
        .select_related("school_class__head_teacher")
        .order_by("school_class__order", "number")
    )


def is_head(user, leave: DormLeave) -> bool:
    return bool(leave.school_class.head_teacher_id) and leave.school_class.head_teacher_id == user.pk


def keepers_for(student: Student) -> list[User]:
    """Who keeps the building the student sleeps in; one query."""
    buildings = DormBuilding.objects.filter(rooms__beds__stays__student=student.pk, rooms__beds__stays__left_on=None)
    return list(User.objects.filter(dorm_buildings__in=buildings.values("pk"), is_active=True).distinct())


def check_link_shown(user, leave: DormLeave) -> bool:
    """Whether this person hands the parent's link out."""
    return leave.state == LeaveState.ASKED and (user.pk == leave.created_by_id or is_head(user, leave))


def code_of(leave: DormLeave) -> str:
    """The code of the parent's present link. It is computed, stands in no table, and a new round makes the old one worthless."""
    return f"{leave.pk}-{salted_hmac(SALT, f'{leave.pk}:{leave.link_round}', algorithm='sha256').hexdigest()[:LENGTH]}"


def leave_by_code(code: str) -> DormLeave | None:
    """The leave whose present link this is; None for anything else, whatever the reason."""
    number, _, _ = code.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        return None
    leave = DormLeave.objects.select_related(*JOINS).filter(pk=int(number)).first()
    return leave if leave and constant_time_compare(code_of(leave), code) else None
