"""What a unit costs from a day on: parts, steps, peak and valley (UTL-07)."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from logistics.platform.kernel.models import Model, Stamped
from logistics.utilities.meter.models import Band, Medium

WHOLE = Decimal(100)  # per cent


class Tariff(Stamped):
    """One price list from `since` until the next one of the same name. One that a bill was counted by stays as it is; a new price is a new row."""

    medium = models.CharField("种类", max_length=10, choices=Medium)
    name = models.CharField("名称", max_length=40, help_text="例如 学校合表电价。调价时名称不变，新建一张，写新的起用日期。")
    since = models.DateField("起用日期")
    fixed = models.DecimalField("每月固定费（元）", max_digits=10, decimal_places=2, default=Decimal(0), help_text="基本费、容量费一类，没有就是 0。")
    yearly = models.BooleanField("阶梯按年累计", default=False, help_text="不勾就是按月：两个月一张的账单，各档的量也翻倍。")
    basis = models.CharField("依据", max_length=200, blank=True, help_text="哪个部门的哪份文件。")

    class Meta:
        verbose_name = "价格"
        ordering = ["medium", "name", "-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["medium", "name", "since"], name="tariff_once_a_day", violation_error_message="这一天起用的同名价格已经有了"),
            models.CheckConstraint(name="tariff_fixed", condition=Q(fixed__gte=0), violation_error_message="固定费不能小于 0"),
        ]

    def __str__(self):
        return f"{self.name}（{self.since} 起）"


class TariffRow(Model):
    """The price of what goes beyond `over`, up to the next row of the same part and band. `share` is how much of the use counts (污水 90%)."""

    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="rows", verbose_name="价格")
    part = models.CharField("项目", max_length=20)
    band = models.CharField("分时", max_length=10, choices=Band, default=Band.TOTAL, blank=True)
    over = models.DecimalField("超过多少", max_digits=12, decimal_places=2, default=Decimal(0))
    price = models.DecimalField("单价（元）", max_digits=10, decimal_places=6)
    share = models.DecimalField("按用量的百分之几", max_digits=5, decimal_places=2, default=Decimal(100))

    class Meta:
        verbose_name = "价格明细"
        ordering = ["tariff", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tariff", "part", "band", "over"], name="tariff_step_once", violation_error_message="同一项目同一档写了两次"),
            models.CheckConstraint(name="tariff_row_over", condition=Q(over__gte=0), violation_error_message="起点不能小于 0"),
            models.CheckConstraint(name="tariff_row_price", condition=Q(price__gte=0), violation_error_message="单价不能小于 0"),
            models.CheckConstraint(name="tariff_row_share", condition=Q(share__gt=0, share__lte=100), violation_error_message="百分比在 0 到 100 之间"),
        ]

    def __str__(self):
        beyond = f"超过 {Decimal(self.over).normalize():f}" if self.over else ""
        counted = f"按用量的 {Decimal(self.share).normalize():f}%" if self.share != WHOLE else ""
        more = "，".join(filter(None, [beyond, counted]))
        return f"{self.part}{self.get_band_display() if self.band else ''} {Decimal(self.price).normalize():f}" + (f"（{more}）" if more else "")
