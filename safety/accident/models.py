"""事故: one clock for the report by phone and the written one, every step as it was made, four questions before it is closed (SAF-14)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from safety.late import Claimed, not_ahead

LAW = "《生产安全事故报告和调查处理条例》第九条"
SCHOOL_LAW = "《中小学幼儿园安全管理办法》、《学生伤害事故处理办法》"


class AccidentKind(models.TextChoices):
    INJURY = "injury", "学生伤害"
    STAFF = "staff", "教职工工伤"
    FIRE = "fire", "火灾"
    TRAFFIC = "traffic", "交通"
    BUILDING = "building", "建筑设施"
    VIOLENCE = "violence", "治安侵害"
    WATER = "water", "溺水"
    CHEMICAL = "chemical", "危险品"
    EQUIPMENT = "equipment", "特种设备"
    OTHER = "other", "其他"


class AccidentLevel(models.TextChoices):
    MINOR = "minor", "轻微"
    GENERAL = "general", "一般"
    LARGER = "larger", "较大"
    MAJOR = "major", "重大"
    WORST = "worst", "特别重大"


class AccidentState(models.TextChoices):
    OPEN = "open", "处置中"
    CLOSED = "closed", "已结案"


ACCIDENT_MOVES = {AccidentState.OPEN: (AccidentState.CLOSED,)}
ACCIDENT_TONES = {AccidentState.OPEN: "late", AccidentState.CLOSED: "done"}


class Accident(Claimed):
    """`happened_at` starts the clocks. A minor one stays in the school; any other is told to the education authority by `phone_by` and `written_by`.

    Names of pupils do not stand here; the numbers do.
    """

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    kind = models.CharField("种类", max_length=10, choices=AccidentKind)
    level = models.CharField("等级", max_length=8, choices=AccidentLevel)
    where = models.CharField("地点", max_length=60)
    injured = models.PositiveSmallIntegerField("受伤人数", default=0)
    dead = models.PositiveSmallIntegerField("死亡人数", default=0)
    summary = models.CharField("经过", max_length=1000)
    phone_by = models.DateTimeField("最迟电话报告", editable=False)
    written_by = models.DateTimeField("最迟书面报告", editable=False)
    state = models.CharField("状态", max_length=8, choices=AccidentState, default=AccidentState.OPEN, editable=False)
    closed_at = models.DateTimeField("结案时间", null=True, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="结案人")
    cause = models.CharField("原因", max_length=500, blank=True, editable=False)
    blame = models.CharField("责任认定和处理", max_length=500, blank=True, editable=False)
    measure = models.CharField("整改措施", max_length=500, blank=True, editable=False)
    lesson = models.CharField("教育情况", max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = "事故"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["state", "phone_by"])]
        constraints = [
            not_ahead("accident_not_ahead"),
            models.CheckConstraint(name="accident_clocks", condition=Q(phone_by__gt=F("happened_at"), written_by__gte=F("phone_by"))),
            models.CheckConstraint(name="accident_deadly_is_told", condition=Q(dead=0) | ~Q(level="minor"), violation_error_message="有人死亡不是轻微事故"),
            models.CheckConstraint(
                name="accident_closed_whole",
                condition=Q(state="open", closed_at=None, closed_by=None)
                | Q(state="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(cause="") & ~Q(measure=""),
            ),
            models.CheckConstraint(
                name="accident_closed_four", condition=Q(state="open") | Q(level="minor") | ~Q(blame="") & ~Q(lesson=""), violation_error_message="四项都要写"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}事故 {self.number}"

    @property
    def must_report(self) -> bool:
        return self.level != AccidentLevel.MINOR

    @property
    def tone(self) -> str:
        return ACCIDENT_TONES[AccidentState(self.state)]

    @property
    def note(self) -> str:
        return ""

    @property
    def marks(self) -> str:
        return self.late


class StepKind(models.TextChoices):
    INNER = "inner", "校内报告"
    PHONE = "phone", "电话上报"
    WRITTEN = "written", "书面上报"
    FOLLOW = "follow", "续报"
    TREAT = "treat", "救治"
    SITE = "site", "保护现场"
    PARENTS = "parents", "联系家长"
    INQUIRY = "inquiry", "调查"
    OTHER = "other", "其他"


REPORTS = (StepKind.PHONE, StepKind.WRITTEN, StepKind.FOLLOW)


class Body(models.TextChoices):
    EDUCATION = "education", "教育部门"
    POLICE = "police", "公安"
    FIRE = "fire", "消防"
    EMERGENCY = "emergency", "应急管理"
    HEALTH = "health", "卫生健康"
    MARKET = "market", "市场监管"
    OTHER = "other", "其他部门"


class AccidentStep(Claimed):
    """One step or call; never changed. What was written wrong is put right by another line."""

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="steps", verbose_name="事故")
    kind = models.CharField("做了什么", max_length=8, choices=StepKind)
    body = models.CharField("报给哪个部门", max_length=10, choices=Body, blank=True)
    contact = models.CharField("对方", max_length=60, blank=True)
    words = models.CharField("内容", max_length=300)

    class Meta:
        verbose_name = "处置经过"
        ordering = ["happened_at", "id"]
        constraints = [
            not_ahead("accident_step_not_ahead"),
            models.CheckConstraint(
                name="accident_report_names_body",
                condition=Q(kind__in=["phone", "written", "follow"]) & ~Q(body="") & ~Q(contact="") | ~Q(kind__in=["phone", "written", "follow"]) & Q(body=""),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.words}"
