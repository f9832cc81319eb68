"""Taking the day's head once, and giving it to people outside (GEN-01)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from logistics.platform.access.rules import holders_of
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User

from .models import DailyHead
from .queries import head_of, settled_ends_at

RECEIVE = "platform.journal.receive"
HEADS = Subject("journal.head", "每天的日志指纹", "日志", for_chats=True)
PAGE = "/setup/journal/heads/"


def take_daily_head(*, at: datetime) -> DailyHead:
    """The day's head: the stored one, or a new one that is told to whoever receives heads and to the chats that want them.

    Once a day however often this runs; a day on which nothing ran has none, and the next day's covers it.
    """
    on = timezone.localdate(at)
    known = DailyHead.objects.filter(on=on).first()
    if known:
        return known
    try:
        with transaction.atomic():
            return _take(actor=User.objects.system(), at=at)
    except IntegrityError:  # another worker was first
        return DailyHead.objects.get(on=on)


@rule
def _take(*, actor, at: datetime) -> DailyHead:
    on = timezone.localdate(at)
    ends = settled_ends_at(at)
    entries = sum(end.position for end in ends)
    head = DailyHead.objects.create(on=on, at=at, ends=[[end.chain, end.position, end.digest] for end in ends], entries=entries, digest=head_of(at, ends))
    record_event(actor=actor, at=at, action="take_head", record=head, text=f"留下 {on} 的日志指纹，共 {entries} 条", note=head.digest)
    notify(
        at=at,
        key=f"platform.head:{on}",
        recipients=holders_of(RECEIVE),
        title=f"{on} 日志指纹",
        body=f"{head.digest}，{entries:,} 条。请留着这条，以后能证明这天以前的日志没有被改过。",
        url=PAGE,
        subject=HEADS,
    )
    return head
