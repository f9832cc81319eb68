"""What a looked-at point means for its round and for the duty behind it (SAF-02)."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from logistics.platform.audit.rules import record_event
from logistics.platform.duties.rounds import close_round

from .models import Round, VisitState


def settle(*, actor, at: datetime, found: Round) -> Round:
    """Count the round anew; with its last point it is finished. The caller's rule has locked it.

    A round that arrives after its last moment, as one walked without network may, stays missed and says so: its words are a 补做说明.
    """
    counted = found.visits.aggregate(
        seen=Count("pk", filter=~Q(state=VisitState.UNSEEN)),
        bad=Count("pk", filter=Q(state=VisitState.BAD)),
        skipped=Count("pk", filter=Q(state=VisitState.SKIPPED)),
    )
    for name, value in counted.items():
        setattr(found, name, value)
    found.started_at = found.started_at or at
    if found.seen == found.points:
        found.finished_at = at
    found.save(update_fields=["seen", "bad", "skipped", "started_at", "finished_at"])
    if found.finished_at:
        _finish(actor, at, found)
    return found


def _finish(actor, at: datetime, found: Round) -> None:
    words = f"{found.points} 个点，{found.bad} 个有问题" + (f"，{found.skipped} 个没查成" if found.skipped else "")
    wrong = ({"text": f"{visit}", "value": visit.get_state_display(), "ok": visit.state == VisitState.OK, "note": _why(visit)} for visit in _listed(found))
    late = f"巡查记录 {timezone.localtime(at):%m-%d %H:%M} 才送到：{words}。"
    close_round(actor=actor, at=at, occurrence=found.occurrence, wrong=wrong, words=words, late_words=late, is_done=found.skipped < found.points)
    record_event(actor=actor, at=at, action="finish", record=found, text=f"走完：{words}")


def _listed(found: Round):
    """The points that are not in order, for the duty's own record."""
    return found.visits.filter(state__in=(VisitState.BAD, VisitState.SKIPPED)).select_related("place", "hazard").order_by("order")


def _why(visit) -> str:
    return visit.hazard.description[:200] if visit.hazard else visit.note[:200]
