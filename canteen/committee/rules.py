"""Members and terms, what the committee did, its opinions as somebody's task, the board (CAN-14, CAN-15)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from canteen.control.models import Fault
from canteen.control.rules import open_fault
from canteen.evidence import enter
from canteen.late import claimed_time
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import Audience, PostCategory, PostState
from logistics.platform.board.rules import put_up, take_down
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User

from .models import CommitteeActivity, CommitteeMember, CommitteeOpinion
from .queries import ATTEND, KEEP, check_can_keep, check_can_write, members_on, public_text

SHOWN = timedelta(days=90)
MOST_OPINIONS = 20


def check_can_add(user, activity: CommitteeActivity) -> None:
    require(user, ATTEND)
    if activity.is_struck:
        raise RuleViolation("这一条已经划去了。")
    if activity.is_public:
        raise RuleViolation("已经公示，新的意见请另记一次活动。")


def check_can_publish(user, activity: CommitteeActivity) -> None:
    require(user, KEEP)
    if activity.is_struck:
        raise RuleViolation("这一条已经划去了。")
    if activity.is_public:
        raise RuleViolation("已经公示了。")


@rule
def save_member(*, actor, at: datetime, record: CommitteeMember | None = None, **fields) -> CommitteeMember:
    """A member with a term, or a change of one."""
    check_can_keep(actor)
    member, fields = stored(CommitteeMember, record), tidied(fields)
    if member.pk is None:
        member.created_by, member.created_at = actor, at
    return save_changes(actor=actor, at=at, record=member, **fields)


@rule
def record_activity(
    *, actor, at: datetime, kind: str, topic: str, content: str, members: Collection[CommitteeMember], happened_at: datetime | None = None,
    photos: Sequence = (), note: str = "",
) -> CommitteeActivity:  # fmt: skip
    """A meeting or an inspection. Raises RuleViolation when nobody was there or somebody's term does not cover the day."""
    check_can_write(actor)
    on = timezone.localdate(claimed_time(happened_at, at))
    chosen = {member.pk for member in members}
    if not chosen:
        raise RuleViolation("请选到场的委员。", field="members")
    there = list(members_on(on).filter(pk__in=chosen))
    if len(there) != len(chosen):
        away = "、".join(member.name for member in members if member.pk not in {one.pk for one in there})
        raise RuleViolation(f"{away}那天不在任期里。", field="members")
    words = tidied({"topic": topic, "content": content, "note": note or ""})
    row = CommitteeActivity(present="、".join(map(str, there))[:300], number_present=len(there))
    return enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text=f"膳食委员会：{words['topic']}", kind=kind, **words)


@rule
def add_opinion(*, actor, at: datetime, record: CommitteeActivity, opinion: str, measure: str, owner: User | None, due_on: date | None) -> CommitteeActivity:
    """What was asked for becomes the task of somebody with a day, who is told."""
    activity = stored(CommitteeActivity, record)
    check_can_add(actor, activity)
    words = tidied({"opinion": opinion or ""})["opinion"]
    if not words:
        raise RuleViolation("请写提了什么意见。", field="opinion")
    if activity.opinions.count() >= MOST_OPINIONS:
        raise RuleViolation(f"一次活动最多记 {MOST_OPINIONS} 条意见。", field="opinion")
    fault = Fault(source=f"膳食委员会：{activity.topic}"[:60], on=timezone.localdate(at), problem=words[:200])
    fault = open_fault(actor=actor, at=at, fault=fault, measure=measure, owner=owner, due_on=due_on)
    CommitteeOpinion.objects.create(activity=activity, fault=fault, created_by=actor, created_at=at)
    record_event(actor=actor, at=at, action="opinion", record=activity, text=f"意见：{words}"[:300])
    return activity


@rule
def publish_activity(*, actor, at: datetime, record: CommitteeActivity) -> CommitteeActivity:
    """On the board for everybody, opinions and what is done about them included, members as a number."""
    activity = stored(CommitteeActivity, record)
    check_can_publish(actor, activity)
    _put_up(actor, at, activity, timezone.localdate(at) + SHOWN)
    record_event(actor=actor, at=at, action="publish", record=activity, text="公示")
    return activity


def _put_up(actor, at: datetime, activity: CommitteeActivity, until: date) -> None:
    activity.post = put_up(
        actor=actor, at=at, category=PostCategory.DISCLOSURE, title=f"膳食委员会{activity.get_kind_display()}：{activity.topic}"[:80],
        content=public_text(activity), audience=Audience.EVERYONE, publish_on=timezone.localdate(at), withdraw_on=until,
    )  # fmt: skip
    activity.save(update_fields=["post"])


@rule
def follow_up(*, actor, at: datetime, record: CommitteeActivity) -> CommitteeActivity | None:
    """What became of an opinion after it was published takes the place of the old post, for as long as that was to stand. None when nothing changed."""
    activity = stored(CommitteeActivity, record)
    post = activity.post
    if post is None or post.state != PostState.PUBLISHED or post.content == public_text(activity):
        return None
    take_down(actor=actor, at=at, record=post, reason="意见有了新的办理结果，换成新的一份")
    _put_up(actor, at, activity, post.withdraw_on)
    record_event(actor=actor, at=at, action="publish", record=activity, text="意见有了新的办理结果，重新公示")
    return activity


def follow_up_posts(*, at: datetime) -> int:
    """Every evening, for activities whose post still stands, each in a transaction of its own. Returns how many were published anew."""
    actor, today = User.objects.system(), timezone.localdate(at)
    rows = CommitteeActivity.objects.filter(post__state=PostState.PUBLISHED, post__withdraw_on__gte=today, opinions__isnull=False).distinct()
    return sum(follow_up(actor=actor, at=at, record=row) is not None for row in rows.order_by("pk"))
