"""食品留样: one sealed box of every dish of every meal, kept cold for two days (CAN-07)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.evidence import CHECK, Evidence, struck_whole
from canteen.late import not_ahead
from canteen.numbers import plainly
from logistics.platform.kernel.models import Stamped

LEAST_GRAMS = 125
LEAST_HOURS = 48
LAW = "《学校食品安全与营养健康管理规定》第四十条"


class Fridge(Stamped):
    """A refrigerator; only those for samples keep samples."""

    name = models.CharField("名称", max_length=30, unique=True)
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点")
    for_samples = models.BooleanField("留样专用", default=True)
    low = models.DecimalField("最低温度（℃）", max_digits=4, decimal_places=1, default=0)
    high = models.DecimalField("最高温度（℃）", max_digits=4, decimal_places=1, default=8)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "冰箱"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="fridge_range", condition=Q(low__lt=F("high")), violation_error_message="最低温度要低于最高温度"),
            models.CheckConstraint(
                name="fridge_samples_cold", condition=Q(for_samples=False) | Q(low__gte=0, high__lte=8), violation_error_message="留样冰箱在 0 到 8 ℃ 之间"
            ),
        ]

    def __str__(self):
        return self.name


class FridgeReading(Evidence):
    """The thermometer of a fridge as somebody read it."""

    fridge = models.ForeignKey(Fridge, models.PROTECT, related_name="readings", verbose_name="冰箱")
    celsius = models.DecimalField("温度（℃）", max_digits=4, decimal_places=1)
    is_within = models.BooleanField("在范围内", editable=False)
    measure = models.CharField("怎么处理", max_length=200, blank=True)

    class Meta:
        verbose_name = "冰箱温度"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("fridge_reading_not_ahead"),
            struck_whole("fridge_reading_struck"),
            models.CheckConstraint(
                name="fridge_reading_possible", condition=Q(celsius__gte=-60, celsius__lte=60), violation_error_message="温度在 −60 到 60 ℃ 之间"
            ),
            models.CheckConstraint(
                name="fridge_reading_measured", condition=Q(is_within=True) | ~Q(measure=""), violation_error_message="超出范围要写怎么处理"
            ),
        ]

    def __str__(self):
        return f"{self.fridge} {plainly(self.celsius)} ℃"


class SampleState(models.TextChoices):
    KEPT = "kept", "留存中"
    DISPOSED = "disposed", "已处理"


SAMPLE_MOVES = {SampleState.KEPT: (SampleState.DISPOSED,)}


class Sample(Evidence):
    """The sample of one dish of one meal; `happened_at` is 留样时间. An incident locks it, then nobody disposes of it."""

    dish = models.ForeignKey("canteen.MealDish", models.PROTECT, related_name="samples", verbose_name="哪道菜")
    grams = models.PositiveSmallIntegerField("留样量（克）")
    container = models.CharField("盒号", max_length=20)
    fridge = models.ForeignKey(Fridge, models.PROTECT, related_name="samples", verbose_name="冰箱")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="留样人")
    keep_until = models.DateTimeField("留到", editable=False)
    state = models.CharField("状态", max_length=8, choices=SampleState, default=SampleState.KEPT, editable=False)
    disposed_at = models.DateTimeField("处理时间", null=True, editable=False)
    disposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="处理人")
    locked_at = models.DateTimeField("封存时间", null=True, editable=False)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="封存人")
    locked_for = models.CharField("封存原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "食品留样"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["state", "keep_until"], name="sample_by_end")]
        constraints = [
            not_ahead("sample_not_ahead"),
            struck_whole("sample_struck"),
            models.UniqueConstraint(fields=["dish"], condition=Q(struck_at=None), name="sample_once", violation_error_message="这道菜已经留样了"),
            models.UniqueConstraint(
                fields=["container"], condition=Q(struck_at=None, state="kept"), name="sample_box_once", violation_error_message="这个留样盒里还有没处理的样品"
            ),
            models.CheckConstraint(
                name="sample_weighs", condition=Q(grams__gte=LEAST_GRAMS, grams__lte=2000), violation_error_message="留样量在 125 到 2000 克之间"
            ),
            models.CheckConstraint(name="sample_kept_two_days", condition=Q(keep_until__gte=F("happened_at") + timedelta(hours=LEAST_HOURS))),
            models.CheckConstraint(
                name="sample_not_early",
                condition=Q(state="kept", disposed_at=None, disposed_by=None)
                | Q(state="disposed", disposed_at__gte=F("keep_until"), disposed_by__isnull=False, locked_at=None),
            ),
            models.CheckConstraint(
                name="sample_lock_whole",
                condition=Q(locked_at=None, locked_by=None, locked_for="") | Q(locked_at__isnull=False, locked_by__isnull=False) & ~Q(locked_for=""),
            ),
        ]

    def __str__(self):
        return f"{self.dish} {self.grams} 克"

    @property
    def code(self) -> str:
        """What its label says."""
        return f"LYP-{self.pk}"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def kept_because(self) -> str:
        return "封存的和已经处理的样品不能划去。" if self.is_locked or self.state != SampleState.KEPT else ""


class SampleGap(Evidence):
    """Why a served dish has no sample: a named person says so, the sheet prints it."""

    writes = CHECK

    dish = models.ForeignKey("canteen.MealDish", models.PROTECT, related_name="sample_gaps", verbose_name="哪道菜")
    reason = models.CharField("为什么没有留样", max_length=200)

    class Meta:
        verbose_name = "没有留样的说明"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("sample_gap_not_ahead"),
            struck_whole("sample_gap_struck"),
            models.UniqueConstraint(fields=["dish"], condition=Q(struck_at=None), name="sample_gap_once", violation_error_message="这道菜已经说明过了"),
            models.CheckConstraint(name="sample_gap_reason", condition=~Q(reason=""), violation_error_message="请写原因"),
        ]

    def __str__(self):
        return f"{self.dish} 没有留样"
