"""What a phone filled in without network and sent later (离线记录). One row per form and its own number, whatever came of it."""

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model


class ArrivalState(models.TextChoices):
    RECEIVED = "received", "收到"
    DONE = "done", "已办"
    REFUSED = "refused", "没办成"
    CONFLICT = "conflict", "有人先动过"
    FAILED = "failed", "没有处理成"
    ASIDE = "aside", "已搁下"


ARRIVAL_MOVES = {
    ArrivalState.RECEIVED: (ArrivalState.DONE, ArrivalState.REFUSED, ArrivalState.CONFLICT, ArrivalState.FAILED),
    ArrivalState.REFUSED: (ArrivalState.DONE, ArrivalState.REFUSED, ArrivalState.FAILED, ArrivalState.ASIDE),
    ArrivalState.CONFLICT: (ArrivalState.DONE, ArrivalState.REFUSED, ArrivalState.FAILED, ArrivalState.ASIDE),
    ArrivalState.FAILED: (ArrivalState.DONE, ArrivalState.REFUSED, ArrivalState.FAILED, ArrivalState.ASIDE),
}
WAITING = (ArrivalState.REFUSED, ArrivalState.CONFLICT, ArrivalState.FAILED)


class Arrival(Model):
    """A form sent from a phone. `uid` is the number the phone gave it; the same number of the same person is applied once.

    `arrived_at` is the server's time and counts, `claimed_at` is what the phone says. `seen` and `stamp` are what the record was
    before and after. A refused one keeps every field in `typed` and its photos as attachments, the field's name as their role.
    """

    uid = models.UUIDField("编号")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁填的")
    key = models.CharField("哪种单子", max_length=60)
    label = models.CharField("办什么", max_length=40)
    url = models.CharField(max_length=300)
    kind = models.CharField(max_length=60, blank=True)
    record_id = models.BigIntegerField(null=True)
    title = models.CharField("哪张单", max_length=200, blank=True)
    seen = models.CharField(max_length=200, blank=True)
    stamp = models.CharField(max_length=200, blank=True)
    claimed_at = models.DateTimeField("填写时间")
    read_at = models.DateTimeField("页面是什么时候的")
    arrived_at = models.DateTimeField("收到时间")
    typed = models.JSONField("填的内容", default=dict)
    state = models.CharField("结果", max_length=10, choices=ArrivalState)
    words = models.CharField("原因", max_length=500, blank=True)
    go = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField("处理时间", null=True)
    reason = models.CharField("搁下原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "离线记录"
        indexes = [models.Index(fields=["user", "state", "-id"]), models.Index(fields=["kind", "record_id", "user"])]
        constraints = [
            models.UniqueConstraint(fields=["user", "uid"], name="offline_arrives_once"),
            models.CheckConstraint(
                name="offline_aside_has_reason",
                condition=~models.Q(state="aside") | ~models.Q(reason=""),
                violation_error_message="请写明为什么搁下。",
            ),
        ]

    def __str__(self):
        return f"{self.label} {self.title}".strip()

    @property
    def is_waiting(self) -> bool:
        """Whether its writer must still decide."""
        return self.state in WAITING
