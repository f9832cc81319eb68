"""The month's utility report with its figures frozen (UTL-05), and the report of a year for the energy office (UTL-02, UTL-05)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped
from logistics.utilities.usage.months import Span

PERSON = settings.AUTH_USER_MODEL


class ReportKind(models.TextChoices):
    MONTH = "month", "月报"
    TWO_MONTHS = "two", "双月报"
    TERM = "term", "学期报告"


class UtilityReport(Model):
    """One issue of one report; a re-issue is a new version, the one before stays. `figures` holds all it says."""

    kind = models.CharField("种类", max_length=5, choices=ReportKind)
    first = models.DateField("从哪个月", help_text="当月 1 日")
    last = models.DateField("到哪个月", help_text="当月 1 日")
    version = models.PositiveSmallIntegerField("版次", default=1)
    made_at = models.DateTimeField("生成时间")
    figures = models.JSONField("数字")
    post = models.OneToOneField("platform.BoardPost", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示")

    class Meta:
        verbose_name = "水电报告"
        ordering = ["-last", "kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "first", "version"], name="utility_report_once"),
            models.CheckConstraint(name="utility_report_in_order", condition=Q(last__gte=F("first"))),
        ]

    def __str__(self):
        return f"{self.span.words}水电{self.get_kind_display()}" + (f"（第 {self.version} 版）" if self.version > 1 else "")

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)


class YearState(models.TextChoices):
    DRAFT = "draft", "填报中"
    REPORTED = "reported", "已上报"


YEAR_MOVES = {YearState.DRAFT: (YearState.REPORTED,), YearState.REPORTED: (YearState.DRAFT,)}
YEAR_TONES = {YearState.DRAFT: "wait", YearState.REPORTED: "done"}
LAST_DAY = (3, 31)  # 《公共机构节能条例》第十五条


class EnergyYear(Stamped):
    """公共机构能源资源消费统计 of one year: what the meters and bills say, put right by hand where they say nothing. Reported it is frozen."""

    year = models.PositiveSmallIntegerField("年份", unique=True, error_messages={"unique": "这一年的已经有了。"})
    area = models.DecimalField("建筑面积（m²）", max_digits=12, decimal_places=2, default=0)
    users = models.DecimalField("用能人数", max_digits=9, decimal_places=1, default=0)
    power = models.DecimalField("电（kWh）", max_digits=14, decimal_places=2, default=0)
    water = models.DecimalField("水（m³）", max_digits=14, decimal_places=2, default=0)
    gas = models.DecimalField("天然气（m³）", max_digits=14, decimal_places=2, default=0)
    heat = models.DecimalField("热力（GJ）", max_digits=14, decimal_places=2, default=0)
    coal = models.DecimalField("原煤（kg）", max_digits=14, decimal_places=2, default=0)
    lpg = models.DecimalField("液化石油气（kg）", max_digits=14, decimal_places=2, default=0)
    petrol = models.DecimalField("汽油（升）", max_digits=14, decimal_places=2, default=0)
    diesel = models.DecimalField("柴油（升）", max_digits=14, decimal_places=2, default=0)
    cost = models.DecimalField("能源和水的费用（元）", max_digits=14, decimal_places=2, default=0)
    note = models.CharField("说明", max_length=300, blank=True, help_text="比上年增加的，写明原因。")
    state = models.CharField("状态", max_length=8, choices=YearState, default=YearState.DRAFT, editable=False)
    coal_equivalent = models.DecimalField("综合能耗（kgce）", max_digits=14, decimal_places=1, default=0, editable=False)
    reported_at = models.DateTimeField("上报时间", null=True, editable=False)
    reported_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="上报人")
    reported_to = models.CharField("报给", max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = "能源年报"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(name="energy_year_range", condition=Q(year__range=(2000, 2099)), violation_error_message="年份不对"),
            models.CheckConstraint(
                name="energy_year_not_negative",
                condition=Q(area__gte=0, users__gte=0, power__gte=0, water__gte=0, gas__gte=0, heat__gte=0, coal__gte=0, lpg__gte=0, petrol__gte=0, diesel__gte=0, cost__gte=0),
                violation_error_message="数字不能小于 0",
            ),
            models.CheckConstraint(
                name="energy_year_reported_whole",
                condition=~Q(state="reported") | Q(reported_at__isnull=False, reported_by__isnull=False, area__gt=0, users__gt=0) & ~Q(reported_to=""),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.year}年能源资源消费年报"

    @property
    def due_on(self) -> date:
        return date(self.year + 1, *LAST_DAY)
