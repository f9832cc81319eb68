"""住宿请假: a boarder sleeps elsewhere for some nights; given by the head teacher, or asked for by the parent through a link (DOR-03)."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.kernel.models import Stamped

PERSON = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class LeaveReason(models.TextChoices):
    HOME = "home", "回家"
    ILL = "ill", "身体不适"
    FAMILY = "family", "家里有事"
    EVENT = "event", "比赛外出"
    OTHER = "other", "其他"


class LeaveState(models.TextChoices):
    ASKED = "asked", "等家长填"
    SENT = "sent", "等班主任同意"
    GRANTED = "granted", "已准假"
    BACK = "back", "已销假"
    REFUSED = "refused", "没有同意"
    VOID = "void", "作废"


LEAVE_MOVES = {
    LeaveState.ASKED: (LeaveState.SENT, LeaveState.VOID),
    LeaveState.SENT: (LeaveState.GRANTED, LeaveState.REFUSED, LeaveState.VOID),
    LeaveState.GRANTED: (LeaveState.BACK, LeaveState.VOID),
}
LEAVE_TONES = {
    LeaveState.ASKED: "wait", LeaveState.SENT: "wait", LeaveState.GRANTED: "doing", LeaveState.BACK: "done", LeaveState.REFUSED: "void", LeaveState.VOID: "void",
}  # fmt: skip
OPEN = (LeaveState.ASKED, LeaveState.SENT)
HOLDS = (LeaveState.GRANTED, LeaveState.BACK)


class DormLeave(Stamped):
    """Nights away from `first_on` to `last_on`, both inclusive; `back_by` is on the day after the last night.

    Empty days: the parent has not answered yet. The parent's telephone is not kept.
    """

    number = models.CharField("假条号", max_length=20, unique=True, editable=False)
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="dorm_leaves", verbose_name="学生")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级", editable=False)
    kind = models.CharField("原因", max_length=10, choices=LeaveReason, default=LeaveReason.HOME)
    reason = models.CharField("说明", max_length=120, blank=True)
    first_on = models.DateField("从哪晚起", null=True, blank=True)
    last_on = models.DateField("最后一晚", null=True, editable=False)
    back_by = models.DateTimeField("什么时候回", null=True, blank=True)
    collector = models.CharField("谁来接", max_length=30, blank=True)
    relation = models.CharField("接的人是学生的", max_length=20, blank=True)
    parent = models.CharField("家长", max_length=60, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=LeaveState, default=LeaveState.GRANTED, editable=False)
    link_round = models.PositiveSmallIntegerField(default=1, editable=False)
    link_until = models.DateTimeField("家长链接有效到", null=True, editable=False)
    answered_at = models.DateTimeField("家长填写", null=True, editable=False)
    granted_at = models.DateTimeField("准假时间", null=True, editable=False)
    granted_by = models.ForeignKey(verbose_name="谁准的假", null=True, editable=False, **PERSON)
    back_at = models.DateTimeField("销假时间", null=True, editable=False)
    back_to = models.ForeignKey(verbose_name="谁销的假", null=True, editable=False, **PERSON)
    note = models.CharField("作废或不同意的原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "住宿请假"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "last_on", "first_on"], name="dorm_leave_by_night"),
            models.Index(fields=["school_class", "state"], name="dorm_leave_by_class"),
        ]
        constraints = [
            models.CheckConstraint(name="dorm_leave_nights", condition=Q(first_on=None, last_on=None, back_by=None) | Q(last_on__gte=F("first_on"), back_by__isnull=False), violation_error_message="回校要在最后一晚以后"),
            models.CheckConstraint(name="dorm_leave_granted_whole", condition=~Q(state__in=("granted", "back")) | Q(first_on__isnull=False, granted_at__isnull=False, granted_by__isnull=False)),
            models.CheckConstraint(name="dorm_leave_back_whole", condition=Q(state="back", back_at__isnull=False, back_to__isnull=False) | ~Q(state="back") & Q(back_at=None)),
            models.CheckConstraint(name="dorm_leave_stopped_reason", condition=~Q(state__in=("refused", "void")) | ~Q(note="")),
            models.UniqueConstraint(fields=["student"], condition=Q(state__in=("asked", "sent")), name="dorm_leave_one_open", violation_error_message="这名学生已经有一张没办完的假条"),
        ]  # fmt: skip

    def __str__(self):
        return f"假条 {self.number}"

    @property
    def nights(self) -> int:
        """How many nights away; 0 before the parent has answered."""
        return (self.last_on - self.first_on).days + 1 if self.first_on and self.last_on else 0

    @property
    def span(self) -> str:
        """一晚, 周末, 5 晚."""
        if not self.nights:
            return ""
        return "一晚" if self.nights == 1 else "周末" if is_weekend(self.first_on, self.last_on) else f"{self.nights} 晚"

    @property
    def who_collects(self) -> str:
        return f"{self.collector}（{self.relation}）" if self.relation else self.collector or "自己走，没有人接"

    def is_overdue(self, now: datetime) -> bool:
        return self.state == LeaveState.GRANTED and self.back_by < now

    def is_away(self, night: date) -> bool:
        """Whether the leave holds this night."""
        came = timezone.localdate(self.back_at) if self.back_at else None
        return self.state in HOLDS and self.first_on <= night <= self.last_on and (came is None or came > night)

    def standing(self, now: datetime) -> tuple[str, str]:
        if self.is_overdue(now):
            return "过时没有销假", "late"
        return self.get_state_display(), LEAVE_TONES[LeaveState(self.state)]


def is_weekend(first: date, last: date) -> bool:
    """From Friday or Saturday to Saturday or Sunday of the same weekend."""
    return first.weekday() >= 4 and last.weekday() >= 5 and 0 < (last - first).days <= 2
