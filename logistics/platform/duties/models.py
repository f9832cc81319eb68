"""Recurring duties, the times they are due, who stands in, and what was found (SAF-02, GEN-02)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.kernel.models import Model, Stamped
from logistics.platform.org.models import Post

from .rhythm import Rhythm, describe, rhythm_of

CHECKLIST = "checklist"  # the record made on the duty's own page
PERSON = settings.AUTH_USER_MODEL


class Duty(Stamped):
    """Something that must be done again and again, by a person or by anyone who holds a post.

    `checklist` is a list of {"text", "photo", "low", "high", "unit"}; `ladder` a list of [minutes after due, "supervisor" | "role:<key>" | "person:<id>"].
    `producer` names what counts as having done it, `subject` whatever its app needs to know (a route, a machine). Days up to `made_until` are planned.
    What was due before `counts_from`, when it was set up or started again, does not count as missed.
    """

    title = models.CharField("任务", max_length=60)
    basis = models.CharField("为什么做", max_length=200, blank=True)
    rhythm = models.JSONField("多久一次", editable=False)
    starts_on = models.DateField("从哪天起")
    owner_person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人")
    owner_post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任岗位")
    supervisor = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="督促人")
    checklist = models.JSONField("检查项目", default=list, blank=True, editable=False)
    producer = models.CharField("怎样算做了", max_length=40, default=CHECKLIST)
    subject = models.CharField(max_length=80, blank=True, editable=False)
    remind_minutes = models.PositiveIntegerField("提前几分钟提醒", null=True, blank=True)
    grace_minutes = models.PositiveIntegerField("超时多久还可以补", default=120)
    ladder = models.JSONField("超时告诉谁", default=list, blank=True, editable=False)
    is_active = models.BooleanField("在用", default=True, editable=False)
    counts_from = models.DateTimeField(editable=False)
    made_until = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = "定时任务"
        ordering = ["-is_active", "title", "id"]
        constraints = [
            models.CheckConstraint(
                name="duty_has_one_owner",
                condition=Q(owner_person=None, owner_post__isnull=False) | Q(owner_person__isnull=False, owner_post=None),
                violation_error_message="责任人和责任岗位选一个，只选一个。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def recurrence(self) -> Rhythm:
        return rhythm_of(self.rhythm)

    @property
    def sentence(self) -> str:
        return describe(self.recurrence)

    @property
    def owner_words(self) -> str:
        return str(self.owner_person or self.owner_post or "")


class DutySubstitute(Stamped):
    """Who does the duty instead from the first to the last day, both included. `is_void` ones never held."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="substitutes", verbose_name="定时任务")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="代班人")
    first_on = models.DateField("从")
    last_on = models.DateField("到")
    reason = models.CharField("原因", max_length=100, blank=True)
    is_void = models.BooleanField(default=False)

    class Meta:
        verbose_name = "代班"
        ordering = ["-first_on", "-id"]
        indexes = [models.Index(fields=["person", "first_on"])]
        constraints = [
            models.CheckConstraint(
                name="duty_substitute_ends_after_start", condition=Q(last_on__gte=F("first_on")), violation_error_message="到哪天不能早于从哪天。"
            ),
        ]

    def __str__(self):
        return f"{self.person.name}代班"


class OccurrenceState(models.TextChoices):
    OPEN = "open", "待做"
    DONE = "done", "按时做了"
    LATE = "late", "迟做"
    MISSED = "missed", "没做"
    CANCELLED = "cancelled", "不用做"


OCCURRENCE_MOVES = {
    OccurrenceState.OPEN: (OccurrenceState.DONE, OccurrenceState.LATE, OccurrenceState.MISSED, OccurrenceState.CANCELLED),
    OccurrenceState.CANCELLED: (OccurrenceState.OPEN,),  # the calendar moved back before it opened
}
FINISHED = (OccurrenceState.DONE, OccurrenceState.LATE)


class Occurrence(Model):
    """One time a duty is due, with the numbers that held when it was planned.

    It counts for the day `on`, may be done from `opens_at`, on time until `due_at`, late until `closes_at`; then it is missed and stays so.
    `cancelled_by` is empty when the plan itself took it out. The next reminder or escalation is told at `next_tell_at`, `told` counts those told.
    """

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="occurrences", verbose_name="定时任务")
    key = models.CharField(max_length=20)
    on = models.DateField("哪天")
    opens_at = models.DateTimeField("开始")
    due_at = models.DateTimeField("期限")
    closes_at = models.DateTimeField("最晚")
    owner_person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="责任人")
    owner_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="责任岗位")
    owner_words = models.CharField("谁做", max_length=60)
    supervisor = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="督促人")
    state = models.CharField("状态", max_length=10, choices=OccurrenceState, default=OccurrenceState.OPEN)
    made_at = models.DateTimeField("排出时间")
    done_at = models.DateTimeField("做完时间", null=True)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="谁做的")
    bad = models.PositiveSmallIntegerField("不正常", default=0)
    reason = models.CharField("原因", max_length=200, blank=True)
    cancelled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="谁取消的")
    next_tell_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "任务"
        ordering = ["-opens_at", "-id"]
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["on", "state"]),
            models.Index(fields=["duty", "opens_at"]),
            models.Index(fields=["next_tell_at"], name="occurrence_to_tell", condition=Q(next_tell_at__isnull=False)),
            models.Index(fields=["owner_person", "state"]),
            models.Index(fields=["owner_post", "state"]),
            models.Index(fields=["-opens_at", "-id"], name="occurrence_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["duty", "key"], name="occurrence_once"),
            models.CheckConstraint(name="occurrence_due_after_opening", condition=Q(due_at__gt=F("opens_at"), closes_at__gte=F("due_at"))),
            models.CheckConstraint(
                name="occurrence_owned", condition=Q(owner_person=None, owner_post__isnull=False) | Q(owner_person__isnull=False, owner_post=None)
            ),
            models.CheckConstraint(
                name="occurrence_finished_whole",
                condition=Q(state="done", done_by__isnull=False, done_at__lte=F("due_at"))
                | Q(state="late", done_by__isnull=False, done_at__gt=F("due_at"))
                | (~Q(state__in=("done", "late")) & Q(done_by=None, done_at=None)),
            ),
            models.CheckConstraint(name="occurrence_cancelled_has_reason", condition=~Q(state="cancelled") | ~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.duty} {timezone.localtime(self.opens_at):%m-%d %H:%M}"

    @property
    def was_made_late(self) -> bool:
        """It was planned only after its window had passed: the system stood still, nobody was told."""
        return self.made_at >= self.closes_at

    def is_overdue(self, at) -> bool:
        return self.state == OccurrenceState.OPEN and self.due_at < at

    def is_ahead(self, at) -> bool:
        """Open, but its window is not."""
        return self.state == OccurrenceState.OPEN and self.opens_at > at


class EntryKind(models.TextChoices):
    DONE = "done", "做完"
    MAKEUP = "makeup", "补做"


class OccurrenceEntry(Model):
    """What was found and written, never changed: `answers` is a list of {"text", "value", "ok", "note"}."""

    occurrence = models.ForeignKey(Occurrence, models.PROTECT, related_name="entries", verbose_name="任务")
    kind = models.CharField("类别", max_length=10, choices=EntryKind)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="谁写的")
    answers = models.JSONField(default=list)
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = "任务记录"
        ordering = ["id"]

    def __str__(self):
        return self.get_kind_display()


class PlanningRun(Model):
    """One run that put occurrences into the plan: how many, and how many of them were past already."""

    at = models.DateTimeField("时间")
    until = models.DateField("排到")
    made = models.PositiveIntegerField("排出")
    missed = models.PositiveIntegerField("已经过了")

    class Meta:
        verbose_name = "排任务"
        ordering = ["-id"]

    def __str__(self):
        return f"排任务到 {self.until}"
