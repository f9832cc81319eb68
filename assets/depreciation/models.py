"""月折旧: one run a month, with what it came to (AST-12)."""

from django.conf import settings
from django.db import models

from assets.money import money_field
from logistics.platform.kernel.models import Model


class DepreciationRun(Model):
    """A month whose depreciation is booked; entries dated in it or before are not added any more."""

    month = models.DateField("月份", unique=True)
    cards = models.PositiveIntegerField("卡片数")
    amount = money_field("本月折旧（元）")
    cost = money_field("月末原值（元）")
    depreciation = money_field("月末累计折旧（元）")
    at = models.DateTimeField("提折旧时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        verbose_name = "月折旧"
        ordering = ["-month"]

    def __str__(self):
        return f"{self.month.year}年{self.month.month}月折旧"
