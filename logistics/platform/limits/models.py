"""What the school set, from which day on. Rows are only ever added: what was decided earlier stays judged by its own day's number."""

from django.db import models

from logistics.platform.kernel.models import Stamped


class LimitValue(Stamped):
    code = models.CharField("哪一项", max_length=60)
    value = models.DecimalField("数值", max_digits=12, decimal_places=2)
    effective_on = models.DateField("从哪天起")
    reason = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "限值"
        ordering = ["-id"]
        indexes = [models.Index(fields=["code", "effective_on", "id"], name="limit_by_day")]

    def __str__(self):
        return self.code
