"""What use is measured against and what is wrong with it: sizes, factors, leak tests, problems followed up (UTL-02, UTL-03, UTL-06)."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped

PERSON = settings.AUTH_USER_MODEL


class SchoolSize(Stamped):
    """Area and people from a day on, of the whole school or of one building; a new term is a new row, so the past keeps its own."""

    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="哪栋楼", help_text="空着就是全校。")
    since = models.DateField("从哪天起")
    area = models.DecimalField("建筑面积（m²）", max_digits=10, decimal_places=2)
    pupils = models.PositiveIntegerField("走读学生", default=0)
    boarders = models.PositiveIntegerField("住校学生", default=0)
    staff = models.PositiveIntegerField("教职工", default=0)
    note = models.CharField("依据", max_length=120, blank=True, help_text="例如 2026 年秋季学籍和房产证。")

    class Meta:
        verbose_name = "面积和人数"
        ordering = ["-since", "place_id", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["place", "since"], name="size_once_a_day", violation_error_message="这一天的已经填了，要改请点编辑"),
            models.UniqueConstraint(
                fields=["since"], condition=Q(place=None), name="size_of_school_once", violation_error_message="这一天的已经填了，要改请点编辑"
            ),
            models.CheckConstraint(name="size_area", condition=Q(area__gt=0), violation_error_message="面积要大于零"),
        ]

    def __str__(self):
        return f"{self.place or '全校'}（{self.since}起）"


class Fuel(models.TextChoices):
    """What has a coal equivalent. Water has none here: it is counted by itself."""

    POWER = "power", "电"
    GAS = "gas", "天然气"
    HEAT = "heat", "热力"
    COAL = "coal", "原煤"
    LPG = "lpg", "液化石油气"
    PETROL = "petrol", "汽油"
    DIESEL = "diesel", "柴油"


FUEL_UNITS = {
    Fuel.POWER: "kWh", Fuel.GAS: "m³", Fuel.HEAT: "GJ", Fuel.COAL: "kg", Fuel.LPG: "kg", Fuel.PETROL: "kg", Fuel.DIESEL: "kg",
}  # fmt: skip
USUAL_SOURCE = "GB/T 2589-2020"
USUAL_FACTORS = {
    Fuel.POWER: Decimal("0.1229"),
    Fuel.GAS: Decimal("1.3300"),
    Fuel.HEAT: Decimal("34.1000"),
    Fuel.COAL: Decimal("0.7143"),
    Fuel.LPG: Decimal("1.7143"),
    Fuel.PETROL: Decimal("1.4714"),
    Fuel.DIESEL: Decimal("1.4571"),
}


class EnergyFactor(Stamped):
    """Standard coal per unit from a day on, with where it was read. Never changed: another number is another row."""

    fuel = models.CharField("能源", max_length=8, choices=Fuel)
    since = models.DateField("从哪天起")
    kgce = models.DecimalField("折标准煤（kgce）", max_digits=9, decimal_places=4)
    source = models.CharField("出处", max_length=80)
    year = models.PositiveSmallIntegerField("哪年的")

    class Meta:
        verbose_name = "折标系数"
        ordering = ["fuel", "-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["fuel", "since"], name="factor_once_a_day", violation_error_message="这种能源这一天的系数已经有了，请换一天"),
            models.CheckConstraint(name="factor_positive", condition=Q(kgce__gt=0), violation_error_message="系数要大于零"),
            models.CheckConstraint(name="factor_has_source", condition=~Q(source=""), violation_error_message="请写出处"),
            models.CheckConstraint(name="factor_year", condition=Q(year__range=(1980, 2099)), violation_error_message="年份不对"),
        ]

    def __str__(self):
        return f"{self.get_fuel_display()} {self.kgce.normalize():f}"

    @property
    def unit(self) -> str:
        return FUEL_UNITS[Fuel(self.fuel)]


class Quiet(models.TextChoices):
    NIGHT = "night", "夜间"
    HOLIDAY = "holiday", "假日"


class LeakTest(Stamped):
    """Two looks at a meter while nobody uses anything; what went through by the hour is measured against the school's number of that day."""

    meter = models.ForeignKey("utilities.Meter", models.PROTECT, related_name="+", verbose_name="表")
    kind = models.CharField("什么时候", max_length=8, choices=Quiet, default=Quiet.NIGHT)
    first_at = models.DateTimeField("第一次看表")
    first = models.DecimalField("第一次读数", max_digits=13, decimal_places=3)
    second_at = models.DateTimeField("第二次看表")
    second = models.DecimalField("第二次读数", max_digits=13, decimal_places=3)
    note = models.CharField("说明", max_length=200, blank=True)
    flow = models.DecimalField("每小时", max_digits=13, decimal_places=3, editable=False)
    most = models.DecimalField("不该超过", max_digits=13, decimal_places=3, editable=False)

    class Meta:
        verbose_name = "查漏"
        ordering = ["-second_at", "-id"]
        constraints = [
            models.CheckConstraint(name="leak_in_order", condition=Q(second_at__gt=F("first_at")), violation_error_message="第二次要晚于第一次"),
            models.CheckConstraint(name="leak_not_ahead", condition=Q(second_at__lte=F("created_at")), violation_error_message="看表时间不能晚于现在"),
            models.CheckConstraint(name="leak_not_back", condition=Q(second__gte=F("first"), first__gte=0), violation_error_message="第二次读数不能小于第一次"),
            models.UniqueConstraint(fields=["meter", "first_at"], name="leak_once", violation_error_message="这块表这个时间的已经记了"),
        ]

    def __str__(self):
        return f"{self.meter}{self.get_kind_display()}查漏"

    @property
    def is_suspicious(self) -> bool:
        return self.flow > self.most


class ProblemKind(models.TextChoices):
    RISE = "rise", "用量突增"
    LOSS = "loss", "总表分表不平"
    LEAK = "leak", "疑似漏损"
    OTHER = "other", "其他"


class ProblemState(models.TextChoices):
    FOUND = "found", "待派人"
    ASSIGNED = "assigned", "整改中"
    FIXED = "fixed", "待复查"
    CLOSED = "closed", "已办结"
    VOID = "void", "查过没问题"


PROBLEM_MOVES = {
    ProblemState.FOUND: (ProblemState.ASSIGNED, ProblemState.VOID),
    ProblemState.ASSIGNED: (ProblemState.ASSIGNED, ProblemState.FIXED, ProblemState.VOID),
    ProblemState.FIXED: (ProblemState.CLOSED, ProblemState.ASSIGNED),
}
PROBLEM_TONES = {
    ProblemState.FOUND: "wait", ProblemState.ASSIGNED: "doing", ProblemState.FIXED: "wait", ProblemState.CLOSED: "done", ProblemState.VOID: "void",
}  # fmt: skip
OPEN = (ProblemState.FOUND, ProblemState.ASSIGNED, ProblemState.FIXED)


class UseProblem(Stamped):
    """A line of 消耗台账: what stood out, who puts it right by when, how it ended. `key` is its occasion, found once; empty where a person wrote it."""

    kind = models.CharField("种类", max_length=6, choices=ProblemKind)
    meter = models.ForeignKey("utilities.Meter", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="表")
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")
    month = models.DateField("哪个月", editable=False)  # its first day
    description = models.CharField("情况", max_length=200)
    key = models.CharField(max_length=60, blank=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=ProblemState, default=ProblemState.FOUND, editable=False)
    owner = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="责任人")
    due_on = models.DateField("期限", null=True, editable=False)
    measure = models.CharField("整改措施", max_length=200, blank=True, editable=False)
    ticket = models.ForeignKey("repairs.Ticket", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="报修单")
    outcome = models.CharField("结果", max_length=200, blank=True, editable=False)
    fixed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="整改人")
    fixed_at = models.DateTimeField("整改时间", null=True, editable=False)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="复查人")
    closed_at = models.DateTimeField("办结时间", null=True, editable=False)
    returned = models.PositiveSmallIntegerField("退回次数", default=0, editable=False)

    class Meta:
        verbose_name = "消耗异常"
        ordering = ["-month", "-id"]
        indexes = [models.Index(fields=["state", "due_on"], name="use_problem_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="use_problem_once"),
            models.CheckConstraint(name="use_problem_says_what", condition=~Q(description=""), violation_error_message="请写情况"),
            models.CheckConstraint(
                name="use_problem_assigned", condition=~Q(state__in=["assigned", "fixed", "closed"]) | Q(owner__isnull=False, due_on__isnull=False)
            ),
            models.CheckConstraint(
                name="use_problem_fixed", condition=~Q(state__in=["fixed", "closed"]) | Q(fixed_at__isnull=False, fixed_by__isnull=False) & ~Q(outcome="")
            ),
            models.CheckConstraint(
                name="use_problem_closed", condition=~Q(state="closed") | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_by=F("fixed_by"))
            ),
            models.CheckConstraint(name="use_problem_void_says_why", condition=~Q(state="void") | ~Q(outcome="")),
        ]

    def __str__(self):
        return f"{self.place}{self.get_kind_display()}（{self.month.year}年{self.month.month}月）"

    def is_late(self, today: date) -> bool:
        return self.state == ProblemState.ASSIGNED and self.due_on is not None and self.due_on < today
