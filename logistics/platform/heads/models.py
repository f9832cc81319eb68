"""日志指纹: the ends of all chains as they were once a day; whoever keeps one outside can prove what happened to the journal since (GEN-01)."""

from django.db import models

from logistics.platform.kernel.models import Model


class DailyHead(Model):
    """`ends` are [chain, position, digest] by chain; `digest` is over the moment and all of them."""

    on = models.DateField("日期", unique=True)
    at = models.DateTimeField("时刻")
    ends = models.JSONField("各条链的末尾")
    entries = models.PositiveBigIntegerField("日志条数")
    digest = models.CharField("指纹", max_length=64, unique=True)

    class Meta:
        verbose_name = "日志指纹"
        ordering = ["-on"]

    def __str__(self):
        return f"{self.on} 日志指纹"
