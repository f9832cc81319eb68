"""Who was trained and who still has to be this year (SAF-11)."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from logistics.platform.org.models import User
from logistics.platform.org.queries import people

from .models import COUNTS, SafetyTraining, SafetyTrainingPerson


def people_of(training: SafetyTraining) -> list[SafetyTrainingPerson]:
    return list(training.people.select_related("person__department"))


def untrained(today: date) -> QuerySet[User]:
    """Staff in post who took part in no training this calendar year; `is_new` who never did."""
    took = SafetyTrainingPerson.objects.filter(person=OuterRef("pk"), training__struck_at=None, training__kind__in=COUNTS)
    rows = people().filter(~Exists(took.filter(training__happened_at__year=today.year)))
    return rows.annotate(is_new=~Exists(took)).order_by("department__order", "pinyin", "pk")
