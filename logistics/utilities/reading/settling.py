"""What a reading means for the rounds that wait for it, and a finished round for the duty behind it (UTL-01)."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.audit.rules import record_event
from logistics.platform.duties.models import OccurrenceState
from logistics.platform.duties.queries import MANAGE as DUTIES_MANAGE
from logistics.platform.duties.queries import may_do
from logistics.platform.duties.rounds import close_round
from logistics.platform.kernel.states import advance
from logistics.utilities.meter.dial import number_words
from logistics.utilities.meter.models import Reading, ReadingKind

from .models import STOP_MOVES, ReadingRound, Stop, StopState


def fulfil(*, actor, at: datetime, reading: Reading, stop: Stop | None = None, note: str | None = None) -> None:
    """Tick the meter off on the actor's open rounds that wait for it, and on the round of `stop` even when its time is over.

    Inside the rule that wrote the reading and holds its meter. An estimate counts for `stop` only. `note` stands at the stop instead of the reading's own.
    """
    note = reading.note if note is None else note
    waits = Q(round__occurrence__state=OccurrenceState.OPEN, round__occurrence__opens_at__lte=reading.read_at, round__occurrence__closes_at__gt=at)
    wanted = Q(pk=stop.pk if stop else 0) | (Q() if reading.kind != ReadingKind.ESTIMATE else Q(pk=0)) & waits
    rows = Stop.objects.filter(wanted, meter=reading.device.meter_id, state=StopState.UNREAD)
    for found in ReadingRound.objects.select_for_update(of=("self",)).filter(stops__in=rows).select_related("occurrence", "route").order_by("pk"):
        if not (stop and found.pk == stop.round_id) and not (may_do(actor, found.occurrence) or has(actor, DUTIES_MANAGE)):
            continue
        one = found.stops.filter(wanted, meter=reading.device.meter_id, state=StopState.UNREAD).select_related("meter").get()
        advance(one, StopState.READ, moves=STOP_MOVES, reading=reading, note=note, done_at=at, done_by=actor)
        text = f"{reading.get_kind_display()} {number_words(reading.value)} {one.meter.unit}"
        record_event(actor=actor, at=at, action="read", record=one, text=text, note=note)
        settle(actor=actor, at=at, found=found)


def settle(*, actor, at: datetime, found: ReadingRound) -> ReadingRound:
    """Count the round anew; with its last meter it is finished. The caller's rule has locked it."""
    counted = found.stops.aggregate(seen=Count("pk", filter=~Q(state=StopState.UNREAD)), skipped=Count("pk", filter=Q(state=StopState.SKIPPED)))
    found.seen, found.skipped = counted["seen"], counted["skipped"]
    found.started_at = found.started_at or at
    if found.seen == found.meters:
        found.finished_at = at
    found.save(update_fields=["seen", "skipped", "started_at", "finished_at"])
    if found.finished_at:
        _finish(actor, at, found)
    return found


def _finish(actor, at: datetime, found: ReadingRound) -> None:
    words = f"{found.meters} 块表" + (f"，{found.skipped} 块没抄成" if found.skipped else "，都抄了")
    left = found.stops.filter(state=StopState.SKIPPED).select_related("meter").order_by("order")
    wrong = ({"text": f"{stop}", "value": stop.get_state_display(), "ok": False, "note": stop.note} for stop in left)
    late = f"抄表 {timezone.localtime(at):%m-%d %H:%M} 才送到：{words}。"
    close_round(actor=actor, at=at, occurrence=found.occurrence, wrong=wrong, words=words, late_words=late, is_done=found.skipped < found.meters)
    record_event(actor=actor, at=at, action="finish", record=found, text=f"抄完：{words}")
