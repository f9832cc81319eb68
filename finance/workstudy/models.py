"""勤工俭学: posts, who works there, hours of a month and what is paid for them (FIN-09)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from finance.money import money_field
from logistics.platform.kernel.models import Model, Stamped
from logistics.platform.kernel.money import money


class WorkPost(Model):
    name = models.CharField("岗位", max_length=40, unique=True)
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="用工部门")
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="指导老师")
    duties = models.CharField("做什么", max_length=300)
    places = models.PositiveSmallIntegerField("人数", default=1)
    pay = money_field("每小时报酬（元）")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "勤工俭学岗位"
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="work_post_sane", condition=Q(pay__gt=0, places__gte=1), violation_error_message="报酬和人数要大于零")]

    def __str__(self):
        return self.name


class Placement(Stamped):
    """A student at a post, from one day to another."""

    post = models.ForeignKey(WorkPost, models.PROTECT, related_name="placements", verbose_name="岗位")
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    from_on = models.DateField("上岗")
    until_on = models.DateField("离岗", null=True, blank=True)

    class Meta:
        verbose_name = "上岗学生"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["post", "student"], condition=Q(until_on=None), name="work_placement_once"),
            models.CheckConstraint(name="work_placement_ends", condition=Q(until_on=None) | Q(until_on__gte=F("from_on"))),
        ]

    def __str__(self):
        return f"{self.student.name} {self.post}"


class SheetState(models.TextChoices):
    OPEN = "open", "登记工时"
    APPROVED = "approved", "待发放"
    PAID = "paid", "已发放"


SHEET_MOVES = {SheetState.OPEN: (SheetState.APPROVED,), SheetState.APPROVED: (SheetState.PAID, SheetState.OPEN)}
SHEET_TONES = {SheetState.OPEN: "doing", SheetState.APPROVED: "wait", SheetState.PAID: "done"}


class WorkSheet(Stamped):
    """勤工俭学发放表 of a month."""

    month = models.DateField("月份", unique=True, error_messages={"unique": "这个月的表已经有了。"})
    state = models.CharField("状态", max_length=8, choices=SheetState, default=SheetState.OPEN, editable=False)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="核准")
    approved_at = models.DateTimeField("核准时间", null=True, editable=False)
    paid_on = models.DateField("发放日期", null=True, editable=False)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="发放")
    entry = models.ForeignKey("finance.DayEntry", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="日记账")

    class Meta:
        verbose_name = "勤工俭学工时"
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                name="work_sheet_paid_whole", condition=Q(state="paid", paid_on__isnull=False, paid_by__isnull=False) | (~Q(state="paid") & Q(paid_on=None))
            ),
            models.CheckConstraint(name="work_sheet_approved_whole", condition=Q(state="open") | Q(approved_by__isnull=False)),
        ]

    def __str__(self):
        return f"{self.month.year}年{self.month.month}月勤工俭学"

    @property
    def tone(self) -> str:
        return SHEET_TONES[SheetState(self.state)]


class WorkHours(Stamped):
    """What one student worked at one post in the month. The pay per hour is the post's when it was noted."""

    sheet = models.ForeignKey(WorkSheet, models.PROTECT, related_name="rows", verbose_name="月份")
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="hours", verbose_name="上岗学生")
    hours = models.DecimalField("工时", max_digits=4, decimal_places=1)
    pay = money_field("每小时报酬（元）")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "工时"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "placement"], name="work_hours_once"),
            models.CheckConstraint(name="work_hours_positive", condition=Q(hours__gt=0, pay__gt=0)),
        ]

    def __str__(self):
        return f"{self.placement} {self.hours} 小时"

    @property
    def amount(self) -> Decimal:
        return money(self.hours * self.pay)
