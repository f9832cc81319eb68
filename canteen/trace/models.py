"""召回演练: how fast the school finds one batch again, by the clock; nothing is sealed or moved (CAN-23)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.fields import quantity_field
from logistics.platform.kernel.models import Stamped


class DrillState(models.TextChoices):
    RUNNING = "running", "计时中"
    DONE = "done", "已完成"
    VOID = "void", "作废"


DRILL_MOVES = {DrillState.RUNNING: (DrillState.DONE, DrillState.VOID)}
DRILL_TONES = {DrillState.RUNNING: "doing", DrillState.DONE: "done", DrillState.VOID: "void"}


class RecallDrill(Stamped):
    """One drill: `created_at` starts the clock, `ended_at` stops it. What the books said at that moment is frozen in `facts`."""

    batch = models.ForeignKey("canteen.PantryBatch", models.PROTECT, related_name="drills", verbose_name="假设召回哪一批")
    reason = models.CharField("假设的情况", max_length=200)
    goal = models.PositiveSmallIntegerField("要求（分钟）", editable=False)
    state = models.CharField("状态", max_length=8, choices=DrillState, default=DrillState.RUNNING, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="结束人")
    counted = quantity_field("现场找到", null=True, blank=True, editable=False)
    book = quantity_field("账面剩余", null=True, blank=True, editable=False)
    where = models.CharField("在哪里找到", max_length=200, blank=True, editable=False)
    findings = models.CharField("发现的问题和改进", max_length=500, blank=True, editable=False)
    ended_reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)
    facts = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = "召回演练"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="recall_drill_one_running", violation_error_message="还有一次演练在计时"
            ),
            models.CheckConstraint(
                name="recall_drill_ended_whole",
                condition=Q(state="running", ended_at=None, ended_by=None)
                | Q(state="void", ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")
                | Q(state="done", ended_at__isnull=False, ended_by__isnull=False, counted__isnull=False, book__isnull=False),
            ),
            models.CheckConstraint(name="recall_drill_forward", condition=Q(ended_at=None) | Q(ended_at__gte=F("created_at"))),
            models.CheckConstraint(name="recall_drill_counted", condition=Q(counted=None) | Q(counted__gte=0), violation_error_message="找到的不能小于零"),
        ]

    def __str__(self):
        return f"{self.batch.ingredient}召回演练"

    @property
    def tone(self) -> str:
        return DRILL_TONES[DrillState(self.state)]

    @property
    def seconds(self) -> int | None:
        """How long it took; None while the clock runs or when it was called off."""
        return int((self.ended_at - self.created_at).total_seconds()) if self.state == DrillState.DONE else None

    @property
    def in_time(self) -> bool:
        return self.seconds is not None and self.seconds <= self.goal * 60

    @property
    def took(self) -> str:
        """12 分 05 秒; empty while it runs."""
        return "" if self.seconds is None else f"{self.seconds // 60} 分 {self.seconds % 60:02d} 秒"
