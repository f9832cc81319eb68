"""The journal: one hash chain per app, append only (GEN-01)."""

from django.db import models

from logistics.platform.kernel.models import Model


class ChainHead(Model):
    """The last entry of a chain; locked while the next is written."""

    chain = models.CharField(max_length=30, unique=True)
    position = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")


class Event(Model):
    """One thing somebody did. Plain identifiers, no foreign keys: the journal never blocks or follows live data.

    `at` is the time the act claims, `written_at` the server's own; they differ for records typed afterwards.
    """

    chain = models.CharField(max_length=30)
    position = models.PositiveBigIntegerField()
    at = models.DateTimeField("时间")
    written_at = models.DateTimeField("写入时间")
    actor_id = models.BigIntegerField()
    actor_name = models.CharField("谁", max_length=50)
    for_id = models.BigIntegerField(default=0)  # for whom the actor stood in, 0 for nobody
    source = models.CharField("从哪里", max_length=80)
    action = models.CharField("动作", max_length=40)
    kind = models.CharField("单据类别", max_length=60)
    record_id = models.BigIntegerField()
    label = models.CharField("单据", max_length=200)
    text = models.CharField("做了什么", max_length=300)
    note = models.TextField("说明", blank=True)
    changes = models.JSONField("前后", default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "日志"
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="journal_position_once")]
        indexes = [
            models.Index(fields=["kind", "record_id", "id"], name="journal_by_record"),
            models.Index(fields=["actor_id", "id"], name="journal_by_actor"),
            models.Index(fields=["written_at"], name="journal_by_day"),
        ]

    def __str__(self):
        return f"{self.chain}-{self.position}"
