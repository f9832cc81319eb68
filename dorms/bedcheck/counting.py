"""The counts of a room from the marks that stand, and replacing a mark by a new one (DOR-02)."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from dorms.leave.queries import night_of

from .models import Mark, Missing, NightMark, Outcome, RoomCheck

COUNTED = (Mark.ABSENT, Mark.LATE, Mark.LEAVE, Mark.ELSEWHERE)
MARK_OF = {Outcome.BACK: Mark.LATE, Outcome.MISTAKE: Mark.IN}


def recount(one: RoomCheck) -> None:
    """Count the marks anew; the caller's rule has locked the room."""
    counted = one.marks.filter(stands=True).aggregate(**{mark.value: Count("pk", filter=Q(mark=mark)) for mark in COUNTED})
    for name, value in counted.items():
        setattr(one, name, value)
    one.save(update_fields=list(counted))


def absent_marks(missing: Missing) -> QuerySet[NightMark]:
    """What stands as absent since the search began, also in the nights after: one search goes on until it has a result."""
    rows = NightMark.objects.filter(student=missing.student_id, mark=Mark.ABSENT, stands=True, room_check__check_of__on__gte=missing.room_check.check_of.on)
    return rows.select_related("room_check__check_of").order_by("room_check")


def lock_absent(missing: Missing) -> None:
    """Hold the rooms before the search: everybody locks rooms first, so that nobody waits for each other."""
    keys = list(absent_marks(missing).values_list("room_check", flat=True))
    list(RoomCheck.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def replace_absent(*, actor, at: datetime, missing: Missing) -> None:
    """Whoever was written absent is now what the search found; the first entry stays readable.

    Who came back in a later night was not in bed in the ones before: those stay absent.
    """
    mark = MARK_OF.get(Outcome(missing.outcome), Mark.ELSEWHERE)
    note = f"{missing.get_outcome_display()} {missing.words}".strip()[:120]
    for before in list(absent_marks(missing)):
        if missing.outcome == Outcome.BACK and before.room_check.check_of.on < night_of(missing.ended_at):
            continue
        one = RoomCheck.objects.select_for_update().get(pk=before.room_check_id)
        NightMark.objects.filter(pk=before.pk).update(stands=False)
        NightMark.objects.create(room_check=one, student=missing.student, school_class=missing.school_class, mark=mark, note=note, at=at, by=actor)
        recount(one)
