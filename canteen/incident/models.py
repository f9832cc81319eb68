"""疑似食物中毒: one clock, what was sealed, who ate, who is ill, every step and call as it was made (CAN-16)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.late import Claimed, not_ahead
from logistics.platform.kernel.models import Model

LAW = "《食品安全法》第一百零三条、《突发公共卫生事件应急条例》第十九条和第二十条"
LATEST_MINUTES = 120


class IncidentState(models.TextChoices):
    OPEN = "open", "处置中"
    CLOSED = "closed", "已结案"


INCIDENT_MOVES = {IncidentState.OPEN: (IncidentState.CLOSED,)}
INCIDENT_TONES = {IncidentState.OPEN: "late", IncidentState.CLOSED: "done"}


class Finding(models.TextChoices):
    CONFIRMED = "confirmed", "确认食源性疾病"
    UNFOUNDED = "unfounded", "排除食源性疾病"
    UNCLEAR = "unclear", "原因没有查明"


class Incident(Claimed):
    """A suspected food poisoning. `happened_at` is when it was found out: from then the clock runs to `report_by`, two hours at most."""

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    symptoms = models.CharField("症状和经过", max_length=500)
    suspect = models.CharField("可疑食品", max_length=200, blank=True)
    report_by = models.DateTimeField("最迟上报", editable=False)
    state = models.CharField("状态", max_length=8, choices=IncidentState, default=IncidentState.OPEN, editable=False)
    closed_at = models.DateTimeField("结案时间", null=True, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="结案人")
    finding = models.CharField("结论", max_length=10, choices=Finding, blank=True, editable=False)
    conclusion = models.CharField("调查结论和改进", max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = "疑似食物中毒"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("incident_not_ahead"),
            models.CheckConstraint(
                name="incident_reports_within_two_hours",
                condition=Q(report_by__gt=F("happened_at"), report_by__lte=F("happened_at") + timedelta(minutes=LATEST_MINUTES)),
            ),
            models.CheckConstraint(
                name="incident_closed_whole",
                condition=Q(state="open", closed_at=None, closed_by=None, finding="", conclusion="")
                | Q(state="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(finding="") & ~Q(conclusion=""),
            ),
        ]

    def __str__(self):
        return f"疑似食物中毒 {self.number}"

    @property
    def tone(self) -> str:
        return INCIDENT_TONES[IncidentState(self.state)]


class IncidentMeal(Model):
    """A meal under suspicion: its samples and what is left of its food were sealed when it was named."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="meals", verbose_name="事件")
    meal = models.ForeignKey("canteen.Meal", models.PROTECT, related_name="incidents", verbose_name="可疑的一餐")
    added_at = models.DateTimeField("登记时间")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "可疑的一餐"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["incident", "meal"], name="incident_meal_once", violation_error_message="这一餐已经列入了")]

    def __str__(self):
        return str(self.meal)


class IncidentBatch(Model):
    """A batch that went into a suspected meal; `was_left` when something was left to seal."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="batches", verbose_name="事件")
    batch = models.ForeignKey("canteen.PantryBatch", models.PROTECT, related_name="incidents", verbose_name="批次")
    was_left = models.BooleanField("当时还有剩余")

    class Meta:
        verbose_name = "涉及的批次"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["incident", "batch"], name="incident_batch_once")]

    def __str__(self):
        return str(self.batch)


class StepKind(models.TextChoices):
    REPORT = "report", "上报"
    TREAT = "treat", "救治"
    STOP = "stop", "停止供餐"
    SITE = "site", "保护现场"
    PARENTS = "parents", "联系家长"
    SEND = "send", "送检"
    CALL = "call", "电话"
    OTHER = "other", "其他"


class Body(models.TextChoices):
    EDUCATION = "education", "教育部门"
    MARKET = "market", "食品安全监管部门"
    HEALTH = "health", "卫生健康部门"


class IncidentStep(Claimed):
    """One step or call; never changed. What was written wrong is put right by another line."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="steps", verbose_name="事件")
    kind = models.CharField("做了什么", max_length=8, choices=StepKind)
    body = models.CharField("报给哪个部门", max_length=10, choices=Body, blank=True)
    contact = models.CharField("对方", max_length=60, blank=True)
    words = models.CharField("内容", max_length=300)

    class Meta:
        verbose_name = "处置经过"
        ordering = ["happened_at", "id"]
        constraints = [
            not_ahead("incident_step_not_ahead"),
            models.CheckConstraint(
                name="incident_report_names_body",
                condition=Q(kind="report") & ~Q(body="") | ~Q(kind="report") & Q(body=""),
                violation_error_message="上报要写报给哪个部门",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.words}"


class IncidentSick(Claimed):
    """How many of a class (none: the staff) are ill or in hospital as counted then; the last count of a class holds. Names stay with the nurse."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="sick", verbose_name="事件")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    ill = models.PositiveSmallIntegerField("发病和因病缺勤")
    hospital = models.PositiveSmallIntegerField("其中就医", default=0)
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "发病人数"
        ordering = ["id"]
        constraints = [
            not_ahead("incident_sick_not_ahead"),
            models.CheckConstraint(name="incident_sick_hospital", condition=Q(hospital__lte=F("ill")), violation_error_message="就医人数不能多于发病人数"),
        ]

    def __str__(self):
        return f"{self.school_class or '教职工'} {self.ill} 人"
