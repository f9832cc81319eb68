"""What the phone of somebody with recurring duties keeps, so that a round can be done without network (SAF-02)."""

import zlib
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.kernel.keeping import kept

from .models import CHECKLIST, Duty, DutySubstitute, Occurrence, OccurrenceState
from .queries import own_q, posts_of

KEPT_AHEAD = timedelta(hours=24)  # a phone that had network yesterday evening has the round of this morning
LATE_UP_TO = timedelta(days=7)  # how long after its last moment what was done without network may still arrive
MOST_KEPT = 20


def check_has_duties(user) -> None:
    """Whoever has a checklist to fill in."""
    if not does(user, CHECKLIST):
        raise NotAllowed("您名下没有要填检查表的任务。")


def does(user, producer: str) -> bool:
    """Whether this person has duties of this producer. Asked on every page, so the answer is a minute old, and one query answers for all producers."""
    return producer in kept(f"duties.kinds.{user.pk}", lambda: kinds_done_by(user, timezone.now()))


def does_now(user, producer: str) -> bool:
    """The same asked anew, for what decides."""
    return producer in kinds_done_by(user, timezone.now())


def kinds_done_by(user, at: datetime) -> set[str]:
    """The producers of the duties one has: in person, by a post, or standing in: from a day ahead until nothing of it can arrive any more. One query."""
    today = timezone.localdate(at)
    lately, soon = today - LATE_UP_TO, today + KEPT_AHEAD
    stands_in = DutySubstitute.objects.filter(duty=OuterRef("pk"), person=user.pk, is_void=False, first_on__lte=soon, last_on__gte=lately)
    own = Q(owner_person=user.pk) | Q(owner_post__in=posts_of(user)) | Exists(stands_in)
    return set(Duty.objects.filter(own, is_active=True).order_by().values_list("producer", flat=True).distinct())


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the board and of each checklist that is open or opens within a day, its form included."""
    at = timezone.now()
    rows = Occurrence.objects.filter(own_q(user), state=OccurrenceState.OPEN, duty__producer=CHECKLIST, closes_at__gt=at, opens_at__lte=at + KEPT_AHEAD)
    pages = []
    for row in rows.select_related("duty").order_by("opens_at", "pk")[:MOST_KEPT]:
        asked = zlib.crc32(repr((row.duty.title, row.duty.checklist, row.opens_at, row.due_at, row.closes_at)).encode())
        pages += [(f"/duties/occurrence/{row.pk}/", f"{asked:x}.{row.opens_at <= at:d}"), (f"/duties/occurrence/{row.pk}/finish/", f"{asked:x}")]
    return [("/duties/", f"{timezone.localdate(at)} {zlib.crc32(repr(pages).encode()):x}"), *pages]
