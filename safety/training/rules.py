"""Writing down a training with who was there (SAF-11)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from logistics.platform.audit.rules import rule
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from safety.evidence import check_can_record, enter

from .models import COUNTS, SafetyTraining, SafetyTrainingPerson


@rule
def record_training(
    *, actor, at: datetime, kind: str, topic: str, hours: Decimal, people: Collection[User] = (), students: int = 0, parents: int = 0,
    happened_at: datetime | None = None, photos: Sequence = (), **given,
) -> SafetyTraining:  # fmt: skip
    """A training, a lesson or a campaign with its attendance. Raises RuleViolation at the field when nobody was there or a staff training lists no one."""
    check_can_record(actor)
    there = {person.pk: person for person in people}
    if kind in COUNTS and not there:
        raise RuleViolation("请勾参加的教职工，没到的不要勾。", field="people")
    if not there and not students and not parents:
        raise RuleViolation("请写多少人参加。", field="students")
    words = tidied({"topic": topic, **given})
    row = SafetyTraining(number=len(there))
    values = {"kind": kind, "hours": hours, "students": students or 0, "parents": parents or 0, **words}
    row = enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text=f"安全培训：{words['topic']}", **values)
    SafetyTrainingPerson.objects.bulk_create([SafetyTrainingPerson(training=row, person=person) for person in there.values()], batch_size=500)
    return row
