"""What breaks, who can mend it, and how long it may take (REP-02, REP-05)."""

from datetime import time

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model


class Trade(Model):
    name = models.CharField("工种", max_length=20, unique=True)
    order = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = "工种"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Size(models.TextChoices):
    SMALL = "small", "小修"
    LARGE = "large", "大修"


class FaultKind(Model):
    """A kind of fault with its deadlines: 小修不隔夜 大修不隔天, on the school's own working days."""

    name = models.CharField("类别", max_length=20, unique=True)
    icon = models.SlugField("图标", max_length=30, default="wrench")
    hint = models.CharField("举例", max_length=40, blank=True)
    trade = models.ForeignKey(Trade, models.PROTECT, verbose_name="工种")
    size = models.CharField("通常", max_length=5, choices=Size, default=Size.SMALL)
    small_days = models.PositiveSmallIntegerField("小修期限（工作日）", default=0, help_text="0 是当天")
    large_days = models.PositiveSmallIntegerField("大修期限（工作日）", default=1, help_text="1 是下一个工作日")
    finish_by = models.TimeField("当天截止", default=time(22, 0))
    danger_minutes = models.PositiveSmallIntegerField("有危险时限（分）", default=120)
    escalate_minutes = models.PositiveSmallIntegerField("超时多久上报（分）", default=240)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "报修类别"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Repairer(Model):
    """A member of staff who repairs: trades, areas, and whether work may be given now."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="repairer", verbose_name="维修工")
    trades = models.ManyToManyField(Trade, related_name="repairers", verbose_name="工种")
    areas = models.ManyToManyField("platform.Place", blank=True, related_name="+", verbose_name="负责片区", help_text="不选就是全校")
    is_available = models.BooleanField("可以派工", default=True)

    class Meta:
        verbose_name = "维修工"
        ordering = ["user__pinyin"]

    def __str__(self):
        return self.user.name
