"""Health as far as a person may see it: all of it, the own class, or nothing (MED-01, MED-02)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit, limit_shown
from logistics.platform.org.models import SchoolClass
from logistics.platform.terms.queries import calendar
from logistics.platform.web.home import Late, Todo
from logistics.platform.web.templatetags.school import full_day
from safety.words import plainly

from .models import ClassCheck, ClinicVisit, Cluster, ClusterState, Illness, IllState, Medicine, MedicineBatch, MedicineMove, Session
from .rights import CLASS, RECORD, VIEW

COUNT, DAYS, WARN = "safety.cluster.count", "safety.cluster.days", "safety.medicine.warn.days"


def seen_through(user, rows: QuerySet, path: str) -> QuerySet:
    """All for whoever sees everybody's health, those of the own class for its head teacher, none for others."""
    if has(user, VIEW):
        return rows
    return rows.filter(**{path: user.pk}) if has(user, CLASS) else rows.none()


def visits_visible_to(user) -> QuerySet[ClinicVisit]:
    return seen_through(user, ClinicVisit.objects.select_related("student__school_class", "person", "created_by"), "student__school_class__head_teacher")


def checks_visible_to(user) -> QuerySet[ClassCheck]:
    return seen_through(user, ClassCheck.objects.select_related("school_class", "created_by"), "school_class__head_teacher")


def illnesses_visible_to(user) -> QuerySet[Illness]:
    return seen_through(user, Illness.objects.select_related("student", "school_class", "created_by", "back_by"), "school_class__head_teacher")


def clusters_visible_to(user) -> QuerySet[Cluster]:
    return seen_through(user, Cluster.objects.select_related("school_class", "cleaned_by", "created_by"), "school_class__head_teacher")


def medicines_visible_to(user) -> QuerySet[Medicine]:
    return Medicine.objects.all() if has(user, VIEW) else Medicine.objects.none()


def medicines_listed(user) -> QuerySet[Medicine]:
    """With what is left of all batches."""
    return medicines_visible_to(user).annotate(left=Sum("batches__stock"))


def batches_visible_to(user) -> QuerySet[MedicineBatch]:
    rows = MedicineBatch.objects.select_related("medicine")
    return rows if has(user, VIEW) else rows.none()


def moves_visible_to(user) -> QuerySet[MedicineMove]:
    rows = MedicineMove.objects.select_related("batch__medicine", "created_by", "second", "visit")
    return rows if has(user, VIEW) else rows.none()


def usable_batches(on: date) -> QuerySet[MedicineBatch]:
    """In stock and not expired, the first to expire first."""
    return MedicineBatch.objects.filter(stock__gt=0, expires_on__gte=on).select_related("medicine").order_by("expires_on", "pk")


def own_classes(user) -> QuerySet[SchoolClass]:
    """The classes this person may report for."""
    rows = SchoolClass.objects.filter(is_active=True)
    return rows if has(user, RECORD) else rows.filter(head_teacher=user.pk) if has(user, CLASS) else rows.none()


def ill_together(school_class: SchoolClass, symptom: str, on: date) -> tuple[int, date]:
    """(students of the class who fell ill in this way within the school's days up to that one, the first of these days)."""
    since = on - timedelta(days=limit(DAYS, on) - 1)
    rows = Illness.objects.filter(school_class=school_class, symptom=symptom, struck_at=None, began_on__gte=since, began_on__lte=on)
    return rows.values("student").distinct().count(), since


def alarm_count(on: date) -> int:
    return limit(COUNT, on)


@dataclass(frozen=True)
class ClassDay:
    """One class on one day: its checks, and who of it is ill."""

    school_class: SchoolClass
    morning: ClassCheck | None
    noon: ClassCheck | None
    away: int
    watched: int

    @property
    def unnamed(self) -> int:
        """How many ill the last check counted who are not registered by name."""
        last = self.noon or self.morning
        return max(0, last.ill_absent + last.ill_present - self.away - self.watched) if last else 0


def class_days(user, on: date) -> list[ClassDay]:
    """Every class this person sees on that day; three queries."""
    classes = seen_through(user, SchoolClass.objects.filter(is_active=True), "head_teacher").order_by("order", "pk")
    checks = {(one.school_class_id, one.session): one for one in checks_visible_to(user).filter(on=on, struck_at=None)}
    ill = illnesses_visible_to(user).filter(struck_at=None, began_on__lte=on).filter(Q(back_on=None) | Q(back_on__gt=on)).order_by()
    counts = {
        row["school_class"]: (row["away"], row["watched"])
        for row in ill.values("school_class").annotate(
            away=Count("pk", filter=~Q(state=IllState.WATCHED)), watched=Count("pk", filter=Q(state=IllState.WATCHED))
        )
    }
    return [ClassDay(one, checks.get((one.pk, Session.MORNING)), checks.get((one.pk, Session.NOON)), *counts.get(one.pk, (0, 0))) for one in classes]


def ending_batches(on: date) -> QuerySet[MedicineBatch]:
    """In stock and expired or soon to be."""
    last = on + timedelta(days=limit_shown(WARN, on))
    return MedicineBatch.objects.filter(stock__gt=0, expires_on__lte=last).select_related("medicine").order_by("expires_on", "pk")


def short_medicines(on: date) -> QuerySet[Medicine]:
    """Less left in good batches than the least to keep."""
    good = Sum("batches__stock", filter=Q(batches__expires_on__gte=on), default=Decimal(0))
    return Medicine.objects.filter(is_active=True, least__gt=0).annotate(good=good).filter(good__lt=F("least")).order_by("name", "pk")


def clinic_todos(user, at: datetime) -> list[Todo]:
    """Clusters to deal with, medicine to renew, and a class still to be checked; only for whoever may see it."""
    on, found = timezone.localdate(at), []
    if has(user, RECORD):
        for cluster in Cluster.objects.exclude(state=ClusterState.CLOSED).select_related("school_class").order_by("created_at")[:10]:
            verb = "登记消毒" if cluster.state == ClusterState.OPEN else "看是否解除"
            found.append(
                Todo(
                    f"{cluster.school_class} {cluster.count} 人{cluster.get_symptom_display()}",
                    "可能聚集发病，先消毒，再观察",
                    f"/safety/cluster/{cluster.pk}/",
                    verb,
                    "siren",
                    cluster.created_at,
                )
            )
        for batch in ending_batches(on)[:5]:
            due_at = timezone.make_aware(datetime.combine(batch.expires_on, time(23, 59)))
            found.append(
                Todo(
                    f"{batch}快到期",
                    f"{full_day(batch.expires_on)}到期，还有 {plainly(batch.stock)} {batch.medicine.unit}",
                    f"/safety/medicine-batch/{batch.pk}/",
                    "去处理",
                    "pill",
                    due_at,
                )
            )
        found += [
            Todo(f"{one}不够了", f"还有 {plainly(one.good)} {one.unit}，最少备 {plainly(one.least)}", "/safety/medicine/", "去补", "pill")
            for one in short_medicines(on)[:5]
        ]
    return found + _unchecked(user, on)


def _unchecked(user, on: date) -> list[Todo]:
    if has(user, VIEW) or not has(user, CLASS) or not calendar().is_working_day(on):
        return []
    done = ClassCheck.objects.filter(on=on, session=Session.MORNING, struck_at=None)
    left = own_classes(user).exclude(pk__in=done.values("school_class"))
    return [Todo(f"{one}还没晨检", "报应到、实到和因病缺课", f"/safety/class-check/new/?school_class={one.pk}", "去登记", "thermometer") for one in left[:3]]


def clinic_late(user, at: datetime) -> list[Late]:
    """Classes with a cluster that nobody has disinfected for a day."""
    if not has(user, VIEW):
        return []
    late = list(Cluster.objects.filter(state=ClusterState.OPEN, created_at__lte=at - timedelta(hours=24)).select_related("school_class")[:20])
    return [Late("聚集病例没有消毒", f"{late[0].school_class} {late[0].get_symptom_display()}", len(late), "/safety/cluster/")] if late else []
