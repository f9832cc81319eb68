"""Finding a printed paper again and comparing it with today's record."""

from datetime import datetime
from enum import Enum

from django.db.models import QuerySet

from logistics.platform.audit.models import Event
from logistics.platform.school.models import school
from logistics.platform.web.registry import record_for
from logistics.platform.web.templatetags.school import full_moment

from .content import digest_of, is_code, tidy_code
from .documents import document_for
from .models import PrintedPaper

MOST_CHANGES = 10


class Standing(Enum):
    """How a printed paper compares with the record today."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


def paper_by_code(code: str) -> PrintedPaper | None:
    """The paper with this code however it is typed, None when there is none or the text cannot be a code."""
    code = tidy_code(code)
    return PrintedPaper.objects.select_related("printed_by").filter(code=code).first() if is_code(code) else None


def standing_of(paper: PrintedPaper) -> Standing:
    """Whether the record still says what was printed, seen by the person who printed it."""
    document = document_for(paper.kind)
    record = document.record_of(paper) if document else None
    if document is None or record is None:
        return Standing.GONE
    same = digest_of(document.context(record, paper.printed_by)) == paper.digest and document.number(record) == paper.number
    return Standing.SAME if same else Standing.CHANGED


def changes_since(paper: PrintedPaper) -> QuerySet[Event]:
    """What was done to the record since this content was printed first, newest first; printing it is no change."""
    events = Event.objects.filter(kind=paper.kind, record_id=paper.record_id, written_at__gt=paper.printed_at).exclude(action="print")
    return events.order_by("-id") if paper.record_id else events.none()


def last_change_of(paper: PrintedPaper) -> datetime | None:
    """When the record was last changed since; None for a report over many records."""
    return changes_since(paper).values_list("at", flat=True).first()


def changes_shown_to(user, paper: PrintedPaper) -> list[str]:
    """What changed when, a plain sentence each, for whoever may see the record; nothing for everybody else."""
    described = record_for(paper.kind)
    if not user.is_authenticated or described is None or not described.rows(user).filter(pk=paper.record_id).exists():
        return []
    return [_sentence(event) for event in changes_since(paper)[:MOST_CHANGES]]


def _sentence(event: Event) -> str:
    pairs = "；".join(f"{name}由「{before}」改为「{after}」" for name, (before, after) in event.changes.items())
    return f"{full_moment(event.at)}，{event.actor_name}{event.text}{f'（{pairs}）' if pairs else ''}。"


def base_address(request=None) -> str:
    """Where people outside reach the school's site, without a closing slash: the set address, else the request's own, else nothing."""
    address = school().address or (request.build_absolute_uri("/") if request else "")
    return address.rstrip("/")
