"""What of duties the search box finds (GEN-02)."""

from django.db.models import F, Q

from logistics.platform.search.index import Indexed

from .models import OccurrenceState
from .pages import DUTIES, OCCURRENCES

# what the clock plans or takes back by the thousand is found through its duty
TOLD = Q(state__in=(OccurrenceState.DONE, OccurrenceState.LATE)) | Q(state=OccurrenceState.MISSED, made_at__lt=F("closes_at")) | Q(cancelled_by__isnull=False)


def words_of_duty(duty) -> tuple[str, ...]:
    return duty.basis, *(item["text"] for item in duty.checklist)


def line_of_duty(duty) -> str:
    return duty.sentence if duty.is_active else f"{duty.sentence}已停用。"


def name_of_duty(duty) -> tuple[str]:
    return (duty.title,)


def words_of_occurrence(row) -> tuple[str, ...]:
    return row.duty.title, row.owner_words, row.reason, f"{row.on}"


def line_of_occurrence(row) -> str:
    return f"{row.owner_words} · {row.get_state_display()}"


INDEXED = (
    Indexed(DUTIES, names=name_of_duty, words=words_of_duty, detail=line_of_duty, order=60),
    Indexed(OCCURRENCES, words=words_of_occurrence, detail=line_of_occurrence, rows=lambda rows: rows.filter(TOLD).select_related("duty"), order=95),
)
