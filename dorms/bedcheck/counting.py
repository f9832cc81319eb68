"""The counts of a room from the marks that stand, and replacing a mark by a new one (DOR-02)."""

from datetime import datetime

from django.db.models import Count, Q

from .models import Mark, NightMark, Outcome, RoomCheck

COUNTED = (Mark.ABSENT, Mark.LATE, Mark.LEAVE, Mark.ELSEWHERE)
MARK_OF = {Outcome.BACK: Mark.LATE, Outcome.MISTAKE: Mark.IN}


def recount(one: RoomCheck) -> None:
    """Count the marks anew; the caller's rule has locked the room."""
    counted = one.marks.filter(stands=True).aggregate(**{mark.value: Count("pk", filter=Q(mark=mark)) for mark in COUNTED})
    for name, value in counted.items():
        setattr(one, name, value)
    one.save(update_fields=list(counted))


def replace_absent(*, actor, at: datetime, missing) -> None:
    """Whoever was written absent in this night is now what the search found; the first entry stays readable."""
    mark = MARK_OF.get(Outcome(missing.outcome), Mark.ELSEWHERE)
    note = f"{missing.get_outcome_display()} {missing.words}".strip()[:120]
    rows = NightMark.objects.filter(student=missing.student_id, mark=Mark.ABSENT, stands=True, room_check__check_of__on=missing.room_check.check_of.on)
    for before in list(rows.order_by("pk")):
        one = RoomCheck.objects.select_for_update().get(pk=before.room_check_id)
        NightMark.objects.filter(pk=before.pk).update(stands=False)
        NightMark.objects.create(room_check=one, student=missing.student, school_class=missing.school_class, mark=mark, note=note, at=at, by=actor)
        recount(one)
