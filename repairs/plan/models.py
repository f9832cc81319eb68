"""Maintenance ahead of the fault: preventive work by interval or season, and the summer list (REP-10)."""

from decimal import Decimal

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model, Stamped
from repairs.kind.models import Trade


class Season(models.TextChoices):
    TERM = "term", "开学前"
    HEATING = "heating", "供暖前"
    RAIN = "rain", "汛期前"
    SUMMER = "summer", "暑假"
    WINTER = "winter", "寒假"


class Preventive(Model):
    """定期维护: work that opens its own ticket every N months, or each year before a season."""

    title = models.CharField("事项", max_length=60)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")
    thing = models.CharField("设备", max_length=60, blank=True)
    kind = models.ForeignKey("repairs.FaultKind", models.PROTECT, related_name="+", verbose_name="类别")
    work = models.TextField("做什么", max_length=1000)
    every_months = models.PositiveSmallIntegerField("每几个月", null=True, blank=True)
    season = models.CharField("季节", max_length=10, choices=Season, blank=True)
    next_on = models.DateField("下一次")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="责任人")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "定期维护"
        ordering = ["next_on", "id"]
        indexes = [models.Index(fields=["next_on"], condition=models.Q(is_active=True), name="preventive_due")]
        constraints = [
            models.CheckConstraint(
                name="preventive_interval_or_season",
                condition=models.Q(every_months__isnull=False, every_months__range=(1, 120), season="") | (models.Q(every_months=None) & ~models.Q(season="")),
                violation_error_message="间隔月数（1 到 120）和季节，选一样填",
            ),
            models.UniqueConstraint(
                fields=["title", "place", "thing"], name="preventive_once_per_place", violation_error_message="这个地点已经有同样的定期维护"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def rhythm(self) -> str:
        """每 3 个月, or the season."""
        if self.season:
            return self.get_season_display()
        return {1: "每月", 12: "每年"}.get(self.every_months, f"每 {self.every_months} 个月")


class PreventiveRun(Model):
    """One occurrence, made once: its ticket. `on` is the day it was due, not the day the job ran."""

    preventive = models.ForeignKey(Preventive, models.PROTECT, related_name="runs")
    on = models.DateField("日期")
    ticket = models.ForeignKey("repairs.Ticket", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "维护记录"
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["preventive", "on"], name="preventive_once_per_day")]

    def __str__(self):
        return f"{self.preventive} {self.on}"


class PlanState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待批准"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "已退回"
    DONE = "done", "已完成"
    VOID = "void", "已作废"


PLAN_MOVES = {
    PlanState.DRAFT: (PlanState.SUBMITTED, PlanState.VOID),
    PlanState.SUBMITTED: (PlanState.APPROVED, PlanState.RETURNED, PlanState.DRAFT),
    PlanState.RETURNED: (PlanState.SUBMITTED, PlanState.VOID),
    PlanState.APPROVED: (PlanState.DONE,),
}
PLAN_EDITABLE = (PlanState.DRAFT, PlanState.RETURNED)
PLAN_TONES = {
    PlanState.DRAFT: "void", PlanState.SUBMITTED: "wait", PlanState.APPROVED: "doing", PlanState.RETURNED: "late", PlanState.DONE: "done", PlanState.VOID: "void",
}  # fmt: skip


class PlanList(Stamped):
    """A list of works with estimates for one period, such as 2027年暑期维修计划. Numbered when submitted, frozen once approved."""

    number = models.CharField("编号", max_length=20, blank=True, editable=False)
    title = models.CharField("名称", max_length=60)
    start_on = models.DateField("开始")
    end_on = models.DateField("结束")
    state = models.CharField("状态", max_length=10, choices=PlanState, default=PlanState.DRAFT, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="送批人")
    submitted_at = models.DateTimeField("送批时间", null=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准人")
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    opinion = models.CharField("批准意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "维修计划"
        constraints = [
            models.CheckConstraint(
                name="plan_ends_after_start", condition=models.Q(end_on__gte=models.F("start_on")), violation_error_message="结束不能早于开始"
            ),
            models.UniqueConstraint(
                fields=["title"], condition=~models.Q(state="void"), name="plan_title_once", violation_error_message="已经有一份同名的计划"
            ),
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="plan_number_once"),
            models.CheckConstraint(
                name="plan_sent_has_number_and_sender",
                condition=models.Q(state__in=["draft", "void"]) | (~models.Q(number="") & models.Q(submitted_by__isnull=False, submitted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="plan_decided_by_another",
                condition=~models.Q(state__in=["approved", "done"])
                | (
                    models.Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~models.Q(decided_by=models.F("submitted_by"))
                    & ~models.Q(decided_by=models.F("created_by"))
                ),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def tone(self) -> str:
        return PLAN_TONES[PlanState(self.state)]


class PlanItem(Model):
    """One work on the list. `place` is known in the school's own tree, or only `place_text` as it was written."""

    plan = models.ForeignKey(PlanList, models.PROTECT, related_name="items")
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点")
    place_text = models.CharField("地点", max_length=100, blank=True)
    content = models.CharField("内容", max_length=300)
    quantity = models.DecimalField("数量", max_digits=10, decimal_places=2, null=True, blank=True)
    unit = models.CharField("单位", max_length=10, blank=True)
    estimate = models.DecimalField("预算（元）", max_digits=12, decimal_places=2, default=Decimal(0))
    trade = models.ForeignKey(Trade, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="工种")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="负责人")
    finish_by = models.DateField("完成期限", null=True, blank=True)
    actual = models.DecimalField("实际（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    dropped = models.CharField("不做的原因", max_length=200, blank=True, editable=False)
    note = models.CharField("备注", max_length=200, blank=True)
    carried_from = models.OneToOneField("self", models.PROTECT, null=True, blank=True, editable=False, related_name="carried_to", verbose_name="接自")
    ticket = models.ForeignKey("repairs.Ticket", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="报修单")

    class Meta:
        verbose_name = "计划项目"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="plan_estimate_not_negative", condition=models.Q(estimate__gte=0), violation_error_message="预算不能是负数"),
            models.CheckConstraint(
                name="plan_quantity_positive", condition=models.Q(quantity=None) | models.Q(quantity__gt=0), violation_error_message="数量要大于零"
            ),
            models.CheckConstraint(
                name="plan_item_has_place", condition=models.Q(place__isnull=False) | ~models.Q(place_text=""), violation_error_message="请写地点"
            ),
            models.CheckConstraint(
                name="plan_done_has_cost",
                condition=models.Q(done_on=None, actual=None) | models.Q(done_on__isnull=False, actual__isnull=False, actual__gte=0),
                violation_error_message="完成日期和实际费用要一起填",
            ),
            models.CheckConstraint(name="plan_item_done_or_dropped", condition=models.Q(done_on=None) | models.Q(dropped="")),
        ]

    def __str__(self):
        return self.content[:40]

    @property
    def where(self) -> str:
        return str(self.place) if self.place_id else self.place_text

    @property
    def is_open(self) -> bool:
        """Neither done nor given up; one that was carried to a new list is open no more, see `open_items`."""
        return self.done_on is None and not self.dropped
