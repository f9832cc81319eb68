"""包干区: who cleans what to which standard, the scores, what must be put right, and what it uses up (HYG-01, HYG-02, HYG-04)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from logistics.platform.evidence.books import Evidence, struck_whole
from logistics.platform.evidence.fixing import ScoreState
from logistics.platform.evidence.late import not_ahead
from logistics.platform.kernel.models import Stamped

from .rights import BOOKS

FULL = 100


class CleaningArea(Stamped):
    """An area with its standard; a cleaner, a class, or both answer for it."""

    name = models.CharField("包干区", max_length=40, unique=True)
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点")
    standard = models.CharField("标准", max_length=300)
    times = models.PositiveSmallIntegerField("一天几次", default=2)
    hours = models.CharField("什么时间", max_length=60, blank=True)
    cleaner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="保洁员")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "包干区"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="cleaning_area_owned",
                condition=Q(is_active=False) | Q(cleaner__isnull=False) | Q(school_class__isnull=False),
                violation_error_message="要有保洁员或者班级负责",
            ),
            models.CheckConstraint(name="cleaning_area_times", condition=Q(times__gte=1, times__lte=12), violation_error_message="一天 1 到 12 次"),
        ]

    def __str__(self):
        return self.name

    @property
    def owner(self) -> str:
        return "、".join(filter(None, [str(self.school_class or ""), self.cleaner.name if self.cleaner else ""])) or "没有人负责"


class Cadence(models.TextChoices):
    DAILY = "daily", "日检"
    WEEKLY = "weekly", "周查"


SCORE_MOVES = {ScoreState.FINE: (ScoreState.OPEN,), ScoreState.OPEN: (ScoreState.FIXED,), ScoreState.FIXED: (ScoreState.CLOSED, ScoreState.OPEN)}


class AreaScore(Evidence):
    """One look at an area: points out of a hundred, and below the school's mark what must be put right by when. Everybody sees it at once."""

    books = BOOKS

    area = models.ForeignKey(CleaningArea, models.PROTECT, related_name="scores", verbose_name="包干区")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="班级")
    cleaner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="保洁员")
    on = models.DateField("日期", editable=False)
    cadence = models.CharField("种类", max_length=6, choices=Cadence)
    points = models.PositiveSmallIntegerField("得分")
    problem = models.CharField("问题", max_length=200, blank=True)
    due_on = models.DateField("整改期限", null=True, blank=True)
    state = models.CharField("状态", max_length=6, choices=ScoreState, default=ScoreState.FINE, editable=False)
    fixed_at = models.DateTimeField("整改时间", null=True, editable=False)
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="整改人")
    fixed_words = models.CharField("怎么整改的", max_length=200, blank=True, editable=False)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="复查人")
    returned = models.PositiveSmallIntegerField("退回次数", default=0, editable=False)

    class Meta:
        verbose_name = "卫生检查"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["on", "area"], name="area_score_by_day"), models.Index(fields=["state", "due_on"], name="area_score_by_state")]
        constraints = [
            not_ahead("area_score_not_ahead"),
            struck_whole("area_score_struck"),
            models.UniqueConstraint(
                fields=["area", "on", "cadence"], condition=Q(struck_at=None), name="area_score_once", violation_error_message="这个区今天已经打过分了"
            ),
            models.CheckConstraint(name="area_score_points", condition=Q(points__lte=FULL), violation_error_message="得分在 0 到 100 之间"),
            models.CheckConstraint(name="area_score_fix", condition=Q(state="fine") | (~Q(problem="") & Q(due_on__isnull=False))),
            models.CheckConstraint(name="area_score_fixed", condition=~Q(state__in=["fixed", "closed"]) | Q(fixed_at__isnull=False, fixed_by__isnull=False)),
            models.CheckConstraint(name="area_score_checked", condition=~Q(state="closed") | Q(checked_by__isnull=False) & ~Q(checked_by=models.F("fixed_by"))),
        ]

    def __str__(self):
        return f"{self.area} {self.on.month}月{self.on.day}日{self.get_cadence_display()} {self.points} 分"

    @property
    def kept_because(self) -> str:
        return "已经整改的不能划去。" if self.state in (ScoreState.FIXED, ScoreState.CLOSED) else ""


class SupplyUse(Evidence):
    """Cleaning supplies taken for an area."""

    books = BOOKS

    area = models.ForeignKey(CleaningArea, models.PROTECT, related_name="supplies", verbose_name="包干区")
    item = models.ForeignKey("assets.Item", models.PROTECT, related_name="+", verbose_name="用品")
    quantity = models.DecimalField("数量", max_digits=9, decimal_places=2)

    class Meta:
        verbose_name = "保洁用品"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("supply_use_not_ahead"),
            struck_whole("supply_use_struck"),
            models.CheckConstraint(name="supply_use_quantity", condition=Q(quantity__gt=0), violation_error_message="数量要大于零"),
        ]

    def __str__(self):
        return f"{self.area} {self.item} {self.quantity}"
