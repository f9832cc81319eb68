"""定点供应商: the firms the canteen buys from, how they were chosen, and who let an exception pass (CAN-01)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from logistics.platform.kernel.models import Stamped


class SupplyMode(models.TextChoices):
    """Who runs the kitchen; the school answers for all three (集中用餐单位落实食品安全主体责任监督管理规定)."""

    OWN = "own", "学校自营"
    CONTRACTED = "contracted", "委托承包"
    BROUGHT = "brought", "校外供餐"


class SupplierState(models.TextChoices):
    ACTIVE = "active", "在用"
    STOPPED = "stopped", "停用"


SUPPLIER_MOVES = {SupplierState.ACTIVE: (SupplierState.STOPPED,), SupplierState.STOPPED: (SupplierState.ACTIVE,)}
SUPPLIER_TONES = {SupplierState.ACTIVE: "done", SupplierState.STOPPED: "void"}


class Supplier(Stamped):
    """One firm of 往来单位 as a supplier of the canteen; its papers are kept there."""

    partner = models.ForeignKey("platform.Partner", models.PROTECT, related_name="canteen_suppliers", verbose_name="单位")
    goods = models.CharField("供什么", max_length=120, help_text="例如 猪肉、禽蛋。")
    chosen_by = models.CharField("怎样选定", max_length=120, help_text="例如 2026年8月公开比选，膳委会到会。")
    chosen_on = models.DateField("选定日期")
    is_clean = models.BooleanField("近三年没有食品安全事故", default=False, help_text="也不在严重违法失信名单里。查过再勾。")
    clean_checked_on = models.DateField("哪天查的", null=True, blank=True)
    contact = models.CharField("送货人", max_length=30, blank=True)
    phone = models.CharField("送货电话", max_length=40, blank=True)
    plate = models.CharField("送货车牌", max_length=10, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=SupplierState, default=SupplierState.ACTIVE, editable=False)
    state_reason = models.CharField("停用原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "定点供应商"
        ordering = ["partner__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["partner"], name="supplier_once", violation_error_message="这家已经是食堂的供应商了"),
            models.CheckConstraint(name="supplier_stopped_has_reason", condition=Q(state="active") | ~Q(state_reason="")),
            models.CheckConstraint(name="supplier_clean_was_checked", condition=Q(is_clean=False) | Q(clean_checked_on__isnull=False)),
        ]

    def __str__(self):
        return self.partner.short_name or self.partner.name

    @property
    def tone(self) -> str:
        return SUPPLIER_TONES[SupplierState(self.state)]


class SupplierException(Stamped):
    """放行: for some days a named person lets the canteen go on with a supplier whose papers are not in order. Never edited, only ended early."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="exceptions", verbose_name="供应商")
    first_on = models.DateField("从")
    last_on = models.DateField("到")
    shortcomings = models.CharField("缺什么", max_length=400)
    reason = models.CharField("为什么放行", max_length=200)
    answers = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁负责")
    ended_at = models.DateTimeField("提前结束", null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="结束人")

    class Meta:
        verbose_name = "供应商放行"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="supplier_exception_days", condition=Q(last_on__gte=models.F("first_on"))),
            models.CheckConstraint(name="supplier_exception_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="supplier_exception_ended_whole", condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.supplier}放行到 {self.last_on:%Y-%m-%d}"
