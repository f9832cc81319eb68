"""Messages to people, and the outbox that carries work out after commit."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One line in a person's inbox."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    at = models.DateTimeField("时间")
    title = models.CharField("标题", max_length=120)
    body = models.CharField("内容", max_length=300, blank=True)
    url = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True)
    outbox = models.ForeignKey("platform.OutboxMessage", models.CASCADE, related_name="notices")

    class Meta:
        verbose_name = "消息"
        ordering = ["-id"]
        indexes = [models.Index(fields=["recipient", "read_at"])]
        constraints = [models.UniqueConstraint(fields=["outbox", "recipient"], name="notice_once_per_person")]

    def __str__(self):
        return self.title


class OutboxState(models.TextChoices):
    PENDING = "pending", "待送"
    SENDING = "sending", "正在送"
    DONE = "done", "已送"
    FAILED = "failed", "送不出"


class OutboxMessage(models.Model):
    """Work promised by a committed rule. `key` makes the same promise once only.

    `next_try_at` is when a pending message is due, and when one that is being sent counts as cut off.
    """

    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=OutboxState, default=OutboxState.PENDING)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "待办发送"
        indexes = [models.Index(fields=["state", "next_try_at"])]

    def __str__(self):
        return self.key
