"""应急预案 in versions, and drills as they were held: numbers, seconds, classes, problems until they are mended (SAF-10)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped
from safety.evidence import Evidence, struck_whole
from safety.hazard.models import Hazard
from safety.late import not_ahead

LAW = "《中小学幼儿园应急疏散演练指南》（教基一厅〔2014〕2号）"


class PlanKind(models.TextChoices):
    FIRE = "fire", "火灾疏散"
    QUAKE = "quake", "地震"
    VIOLENCE = "violence", "防暴防侵害"
    STAMPEDE = "stampede", "防踩踏"
    FLOOD = "flood", "防汛防台"
    FOOD = "food", "食品安全"
    DISEASE = "disease", "传染病"
    BUS = "bus", "校车"
    CHEMICAL = "chemical", "危险化学品"
    OTHER = "other", "其他"


EVACUATIONS = (PlanKind.FIRE, PlanKind.QUAKE)  # the seconds to the meeting point are what counts


class PlanState(models.TextChoices):
    CURRENT = "current", "现行"
    WITHDRAWN = "withdrawn", "已废止"


PLAN_MOVES = {PlanState.CURRENT: (PlanState.WITHDRAWN,)}


class EmergencyPlan(Stamped):
    """One plan through all its versions."""

    title = models.CharField("名称", max_length=60, unique=True)
    kind = models.CharField("种类", max_length=10, choices=PlanKind)
    state = models.CharField("状态", max_length=10, choices=PlanState, default=PlanState.CURRENT, editable=False)
    current = models.OneToOneField("safety.EmergencyPlanVersion", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="现行版本")
    reason = models.CharField("废止原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "应急预案"
        ordering = ["kind", "title", "id"]
        constraints = [
            models.CheckConstraint(name="emergency_plan_withdrawn_reason", condition=Q(state="current", reason="") | Q(state="withdrawn") & ~Q(reason="")),
        ]

    def __str__(self):
        return self.title


class EmergencyPlanVersion(Stamped):
    """A text that held from a day; it is never changed, the next version takes its place."""

    plan = models.ForeignKey(EmergencyPlan, models.PROTECT, related_name="versions", verbose_name="预案")
    number = models.PositiveSmallIntegerField("第几版")
    text = models.TextField("正文")
    effective_on = models.DateField("施行日期")
    change_note = models.CharField("改了什么", max_length=200, blank=True)

    class Meta:
        verbose_name = "预案版本"
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="emergency_plan_version_once"),
            models.CheckConstraint(name="emergency_plan_version_text", condition=~Q(text="")),
        ]

    def __str__(self):
        return f"{self.plan.title} 第 {self.number} 版"

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]


class DrillMode(models.TextChoices):
    FIELD = "field", "实战演练"
    TABLE = "table", "桌面推演"


class PeopleReady(models.TextChoices):
    FAST = "fast", "迅速准确"
    MOSTLY = "mostly", "基本按时到位"
    SOME_MISSING = "missing", "个别人员不到位"
    KEY_MISSING = "key", "重点岗位人员不到位"


class GoodsReady(models.TextChoices):
    FULL = "full", "充分有效"
    PARTLY = "partly", "准备不充分"
    LACKING = "lacking", "严重缺乏"


class PlanFit(models.TextChoices):
    FITS = "fits", "全部能够执行"
    ROUGH = "rough", "执行过程不够顺利"
    WRONG = "wrong", "明显不适宜"


class PlanEnough(models.TextChoices):
    FULL = "full", "完全满足应急要求"
    MEND = "mend", "基本满足，需要完善"
    LACKING = "lacking", "不充分，必须修改"


class Drill(Evidence):
    """A drill by one version of a plan. `happened_at` is when the alarm went; `seconds` until everybody was at the meeting point."""

    version = models.ForeignKey(EmergencyPlanVersion, models.PROTECT, related_name="drills", verbose_name="预案")
    name = models.CharField("演练名称", max_length=60)
    mode = models.CharField("方式", max_length=6, choices=DrillMode)
    where = models.CharField("地点", max_length=60)
    commander = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="总指挥")
    units = models.CharField("参加单位", max_length=100)
    staff = models.PositiveIntegerField("教职工人数")
    students = models.PositiveIntegerField("学生人数")
    seconds = models.PositiveIntegerField("用时（秒）", null=True, blank=True)
    target = models.PositiveIntegerField("目标（秒）", null=True, editable=False)
    goods = models.CharField("物资", max_length=200, blank=True)
    process = models.CharField("过程", max_length=1000)
    people_ready = models.CharField("人员到位", max_length=8, choices=PeopleReady)
    goods_ready = models.CharField("物资到位", max_length=8, choices=GoodsReady)
    plan_fit = models.CharField("预案适宜性", max_length=8, choices=PlanFit)
    plan_enough = models.CharField("预案充分性", max_length=8, choices=PlanEnough)
    improvement = models.CharField("改进", max_length=500, blank=True)

    class Meta:
        verbose_name = "应急演练"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("drill_not_ahead"),
            struck_whole("drill_struck"),
            models.CheckConstraint(name="drill_somebody", condition=Q(staff__gt=0) | Q(students__gt=0), violation_error_message="要有人参加"),
            models.CheckConstraint(
                name="drill_seconds",
                condition=Q(mode="table") | Q(seconds__gt=0, seconds__lte=7200),
                violation_error_message="用时在 1 到 7200 秒之间",
            ),
            models.CheckConstraint(
                name="drill_slow_says_how",
                condition=Q(target=None) | Q(seconds=None) | Q(seconds__lte=F("target")) | ~Q(improvement=""),
                violation_error_message="超过目标用时要写改进",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def kept_because(self) -> str:
        if Hazard.objects.filter(origin_kind="safety.drill", origin_id=self.pk).exists():
            return "已经登记成隐患，不能划去。"
        return "问题已经交给人办，不能划去。" if self.problems.exists() else ""

    @property
    def is_slow(self) -> bool:
        return bool(self.target and self.seconds and self.seconds > self.target)

    @property
    def asks_for_revision(self) -> bool:
        return self.plan_fit == PlanFit.WRONG or self.plan_enough == PlanEnough.LACKING


class DrillClass(Model):
    """One class counted at the meeting point."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="classes")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    expected = models.PositiveSmallIntegerField("应到")
    arrived = models.PositiveSmallIntegerField("实到")
    seconds = models.PositiveSmallIntegerField("用时（秒）", null=True)
    why = models.CharField("没到的原因", max_length=60, blank=True)

    class Meta:
        verbose_name = "各班清点"
        ordering = ["school_class__order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["drill", "school_class"], name="drill_class_once"),
            models.CheckConstraint(name="drill_class_arrived", condition=Q(arrived__lte=F("expected"))),
            models.CheckConstraint(name="drill_class_says_why", condition=Q(arrived=F("expected")) | ~Q(why="")),
        ]

    def __str__(self):
        return f"{self.school_class} {self.arrived}/{self.expected}"


class ProblemState(models.TextChoices):
    OPEN = "open", "整改中"
    DONE = "done", "已整改"


PROBLEM_MOVES = {ProblemState.OPEN: (ProblemState.DONE,)}


class DrillProblem(Stamped):
    """What went wrong, with measure, person and day."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="problems", verbose_name="演练")
    problem = models.CharField("问题", max_length=200)
    measure = models.CharField("措施", max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁来办")
    due_on = models.DateField("期限")
    state = models.CharField("状态", max_length=6, choices=ProblemState, default=ProblemState.OPEN, editable=False)
    done_at = models.DateTimeField("办好时间", null=True, editable=False)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="谁办的")
    done_words = models.CharField("怎么办的", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "演练问题"
        ordering = ["state", "due_on", "id"]
        indexes = [models.Index(fields=["owner", "state"])]
        constraints = [
            models.CheckConstraint(
                name="drill_problem_done_whole",
                condition=Q(state="open", done_at=None, done_by=None, done_words="")
                | Q(state="done", done_at__isnull=False, done_by__isnull=False) & ~Q(done_words=""),
            ),
        ]

    def __str__(self):
        return self.problem

    @property
    def tone(self) -> str:
        return "done" if self.state == ProblemState.DONE else "wait"
