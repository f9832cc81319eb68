"""隐患: found, graded, given to somebody, put right, looked at by another, struck off the list (SAF-04)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model

PERSON = settings.AUTH_USER_MODEL


class HazardKind(models.TextChoices):
    """The fields of 《教育系统重大事故隐患判定指南》, and what a school finds besides."""

    FIRE = "fire", "消防"
    BUILDING = "building", "校舍建筑"
    POWER = "power", "用电用气"
    FACILITY = "facility", "设施设备"
    FOOD = "food", "食品和饮水"
    LAB = "lab", "实验室和危险品"
    TRAFFIC = "traffic", "校车和交通"
    CROWD = "crowd", "人员密集和拥挤"
    SPECIAL = "special", "特种设备"
    GUARD = "guard", "安全保卫"
    OTHER = "other", "其他"


class Level(models.TextChoices):
    GENERAL = "general", "一般"
    MAJOR = "major", "重大"


class Source(models.TextChoices):
    PATROL = "patrol", "巡查"
    CHECK = "check", "检查"
    REPORT = "report", "报告"
    ABOVE = "above", "上级检查"
    DRILL = "drill", "演练"


class State(models.TextChoices):
    FOUND = "found", "待评级"
    GRADED = "graded", "待派单"
    ASSIGNED = "assigned", "整改中"
    FIXED = "fixed", "待复查"
    CHECKED = "checked", "待销号"
    CLOSED = "closed", "已销号"
    VOID = "void", "不属实"


MOVES = {
    State.FOUND: (State.GRADED, State.VOID),
    State.GRADED: (State.ASSIGNED, State.VOID),
    State.ASSIGNED: (State.FIXED,),
    State.FIXED: (State.CLOSED, State.CHECKED, State.ASSIGNED, State.GRADED),  # put right on the spot, it has no owner to go back to
    State.CHECKED: (State.CLOSED, State.ASSIGNED),
}
OPEN = (State.FOUND, State.GRADED, State.ASSIGNED, State.FIXED, State.CHECKED)
TONES = {
    State.FOUND: "wait", State.GRADED: "wait", State.ASSIGNED: "doing", State.FIXED: "wait", State.CHECKED: "wait", State.CLOSED: "done", State.VOID: "void",
}  # fmt: skip
BEFORE_WORK = Q(state__in=("found", "graded", "void"))


class Hazard(Model):
    """One hazard at one place. What happened when is in its journal; the row holds how it stands.

    `told` counts the steps of the ladder told since the deadline was set. `origin_kind` and `origin_id` name the record that found it, such as a visit of a round.
    """

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=State, default=State.FOUND, editable=False)
    source = models.CharField("来源", max_length=8, choices=Source, default=Source.REPORT)
    origin_kind = models.CharField(max_length=60, blank=True, editable=False)
    origin_id = models.BigIntegerField(null=True, editable=False)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="hazards", verbose_name="地点")
    kind = models.CharField("类别", max_length=8, choices=HazardKind)
    description = models.CharField("隐患情况", max_length=500)
    found_at = models.DateTimeField("发现时间", editable=False)
    found_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="排查人", editable=False)
    on_spot = models.BooleanField("当场整改", default=False)
    # 评级、派单
    level = models.CharField("等级", max_length=7, choices=Level, blank=True)
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任部门")
    owner = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人")
    measure = models.CharField("整改措施", max_length=300, blank=True)
    temporary = models.CharField("临时措施和预案", max_length=300, blank=True)
    money = models.DecimalField("整改资金", max_digits=12, decimal_places=2, null=True, blank=True)
    due_on = models.DateField("期限", null=True, blank=True)
    postponed = models.PositiveSmallIntegerField("延期次数", default=0, editable=False)
    told = models.PositiveSmallIntegerField(default=0, editable=False)
    reported_on = models.DateField("上报日期", null=True, blank=True, editable=False)
    reported_to = models.CharField("上报单位", max_length=60, blank=True, editable=False)
    ticket = models.OneToOneField("repairs.Ticket", models.PROTECT, null=True, blank=True, editable=False, related_name="hazard", verbose_name="报修单")
    # 整改、复查、销号
    fixed_at = models.DateTimeField("整改完成", null=True, editable=False)
    fixed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="整改人")
    fixed_words = models.CharField("整改结果", max_length=300, blank=True, editable=False)
    checked_at = models.DateTimeField("复查时间", null=True, editable=False)
    checked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="复查人")
    checked_words = models.CharField("复查结论", max_length=300, blank=True, editable=False)
    returned = models.PositiveSmallIntegerField("复查不合格次数", default=0, editable=False)
    closed_at = models.DateTimeField("销号时间", null=True, editable=False)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="销号人")
    void_reason = models.CharField("为什么不属实", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "隐患"
        indexes = [
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["place", "kind", "found_at"]),
            models.Index(fields=["-found_at", "-id"]),
            models.Index(fields=["owner", "state"]),
        ]
        constraints = [
            models.CheckConstraint(name="hazard_graded", condition=Q(state__in=("found", "void")) | ~Q(level="")),
            models.CheckConstraint(
                name="hazard_has_owner_measure_deadline",
                condition=BEFORE_WORK | Q(on_spot=True) | (Q(owner__isnull=False, due_on__isnull=False) & ~Q(measure="")),
                violation_error_message="派单要写明责任人、整改措施和期限。",
            ),
            models.CheckConstraint(
                name="hazard_major_has_money_and_plan",
                condition=~Q(level="major") | BEFORE_WORK | (Q(money__isnull=False) & ~Q(temporary="")),
                violation_error_message="重大隐患要写明整改资金和临时措施。",
            ),
            models.CheckConstraint(
                name="hazard_major_not_on_spot", condition=~Q(level="major", on_spot=True), violation_error_message="重大隐患不能当场销号。"
            ),
            models.CheckConstraint(
                name="hazard_fixed_whole",
                condition=Q(state__in=("fixed", "checked", "closed"), fixed_at__isnull=False, fixed_by__isnull=False)
                | Q(state__in=("found", "graded", "assigned", "void"), fixed_at=None, fixed_by=None),
            ),
            models.CheckConstraint(
                name="hazard_checked_whole",
                condition=Q(state__in=("checked", "closed"), checked_at__isnull=False, checked_by__isnull=False)
                | Q(state__in=("found", "graded", "assigned", "fixed", "void"), checked_at=None, checked_by=None),
            ),
            models.CheckConstraint(
                name="hazard_closed_whole",
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False) | (~Q(state="closed") & Q(closed_at=None, closed_by=None)),
            ),
            models.CheckConstraint(
                name="hazard_checked_by_another",
                condition=Q(checked_by=None) | (~Q(checked_by=F("fixed_by")) & (Q(owner=None) | ~Q(checked_by=F("owner")))),
                violation_error_message="复查要由整改人以外的人来做。",
            ),
            models.CheckConstraint(
                name="hazard_closed_by_another",
                condition=Q(closed_by=None) | (~Q(closed_by=F("fixed_by")) & (Q(owner=None) | ~Q(closed_by=F("owner")))),
                violation_error_message="销号要由整改人以外的人来做。",
            ),
            models.CheckConstraint(name="hazard_major_reported", condition=~Q(state="closed", level="major") | Q(reported_on__isnull=False)),
            models.CheckConstraint(name="hazard_void_says_why", condition=~Q(state="void") | ~Q(void_reason="")),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        """The description cut to a line."""
        return self.description if len(self.description) <= 30 else f"{self.description[:29]}…"

    def is_late(self, today) -> bool:
        return self.state == State.ASSIGNED and self.due_on < today
