"""Giving each statutory report and payment its owner, and noting that it was done, with its papers (FIN-14)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import rule, save_changes
from logistics.platform.audit.saving import tidied
from logistics.platform.duties.doing_rules import check_can_complete
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.duties.public import complete_occurrence, save_duty
from logistics.platform.duties.queries import MANAGE
from logistics.platform.duties.rules import start_duty, stop_duty
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Post

from .models import Filing
from .presets import DAY, Statutory
from .queries import PRODUCER, VIEW, own_duties, waiting_for

MOST_PAPERS = 10
REMIND = 2 * DAY
GRACE = 7 * DAY
LADDER = [[60, "role:vice"]]


def check_can_set_up(user, record=None) -> None:
    require(user, MANAGE)


@rule
def set_up(*, actor, at: datetime, preset: Statutory, owner_post: Post | None = None, owner_person=None) -> Duty:
    """The duty of this preset with its owner, a post or a person; used again where it was stopped. Raises RuleViolation for both or neither."""
    check_can_set_up(actor)
    duty = own_duties().get(preset.key)
    owner = {"owner_post": owner_post, "owner_person": owner_person}
    if duty is not None:
        duty = save_duty(actor=actor, at=at, record=duty, **owner)
        return duty if duty.is_active else start_duty(actor=actor, at=at, record=duty)
    given = {"title": preset.title, "basis": preset.basis, "producer": PRODUCER, "subject": preset.subject}
    return save_duty(actor=actor, at=at, rhythm=preset.rhythm, remind_minutes=REMIND, grace_minutes=GRACE, ladder=LADDER, **given, **owner)


@rule
def stop(*, actor, at: datetime, preset: Statutory, reason: str) -> Duty:
    """The school does not do this one, for a reason. Raises RuleViolation when it is not in use."""
    check_can_set_up(actor)
    duty = own_duties().get(preset.key)
    if duty is None:
        raise RuleViolation("这一项还没有启用。")
    return stop_duty(actor=actor, at=at, record=duty, reason=reason)


def check_can_file(user, record=None) -> None:
    """Whoever oversees the calendar, and whoever has something of it to do; whose each one is, is asked when it is done."""
    if not has(user, VIEW) and not has(user, MANAGE) and not waiting_for(user).exists():
        raise RuleViolation("现在没有等您办的报送和缴费事项。")


@rule
def file_report(*, actor, at: datetime, occurrence: Occurrence, note: str, papers: Sequence = (), photos: Sequence = ()) -> Filing:
    """It is done: a note, and a paper or photo that proves it. Completes the duty's occurrence in the same transaction.

    Raises RuleViolation at its field, NotAllowed for somebody else's, Conflict when it was done already.
    """
    if occurrence.duty.producer != PRODUCER:
        raise RuleViolation("请从列出来的里面选一项。", field="occurrence")
    check_can_complete(actor, occurrence)
    note = tidied({"n": note or ""})["n"]
    if not note:
        raise RuleViolation("请写办理情况。", field="note")
    if not papers and not photos:
        raise RuleViolation("请放一份凭据，回执、报表的 PDF 或者照片都可以。", field="papers")
    done = complete_occurrence(actor=actor, at=at, record=occurrence, note=note)
    values = {
        "occurrence": done,
        "title": done.duty.title,
        "due_on": timezone.localdate(done.due_at),
        "is_late": done.state == OccurrenceState.LATE,
        "note": note,
    }
    filing = save_changes(actor=actor, at=at, record=Filing(created_by=actor, created_at=at), text=f"办结：{done.duty.title}", **values)
    attach(actor=actor, at=at, record=filing, role="photo", uploads=photos, limit=MOST_PAPERS, field="photos")
    attach(actor=actor, at=at, record=filing, role="paper", uploads=papers, limit=MOST_PAPERS, field="papers")
    return filing
