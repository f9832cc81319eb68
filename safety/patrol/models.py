"""Check lists, routes of points, rounds on a route and the visits of a round (SAF-01, SAF-02, SAF-03, SAF-05).

When a round is due stands in the platform's duties; a round belongs to one occurrence there.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.kernel.models import Model, Stamped
from logistics.platform.places.models import PlaceKind
from safety.hazard.models import HazardKind

PRODUCER = "safety.round"
PERSON = settings.AUTH_USER_MODEL


class CheckList(Stamped):
    """What is looked at in one kind of place. `items` as `duties.checklist` keeps them; visits keep their own copy."""

    name = models.CharField("名称", max_length=40, unique=True, error_messages={"unique": "已经有这个名称的检查表，请换一个。"})
    place_kind = models.CharField("用在哪种地方", max_length=10, choices=PlaceKind, blank=True)
    hazard_kind = models.CharField("不正常算哪类隐患", max_length=8, choices=HazardKind, default=HazardKind.OTHER)
    items = models.JSONField("检查项目", default=list, editable=False)
    basis = models.CharField("依据", max_length=200, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "检查表"
        ordering = ["-is_active", "name"]

    def __str__(self):
        return self.name


class Purpose(models.TextChoices):
    DAILY = "daily", "日常巡视"
    FIRE = "fire", "防火巡查"
    FIRE_CHECK = "firecheck", "防火检查"
    BUILDING = "building", "校舍和设施检查"
    SEASON = "season", "开学、放假和季节检查"
    SPECIAL = "special", "特种设备检查"
    WATER = "water", "饮水检查"
    OTHER = "other", "其他"


class Route(Stamped):
    """Points in the order they are walked."""

    name = models.CharField("路线", max_length=40, unique=True, error_messages={"unique": "已经有这个名称的路线，请换一个。"})
    purpose = models.CharField("哪种检查", max_length=10, choices=Purpose, default=Purpose.DAILY)
    basis = models.CharField("依据", max_length=200, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "巡查路线"
        ordering = ["-is_active", "purpose", "name"]

    def __str__(self):
        return self.name

    @property
    def subject(self) -> str:
        """How the duties name it."""
        return f"safety.route:{self.pk}"


class Point(Model):
    """A place on a route with what is looked at there. Taken out, it stays for the visits of the past."""

    route = models.ForeignKey(Route, models.PROTECT, related_name="points", verbose_name="路线")
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")
    checklist = models.ForeignKey(CheckList, models.PROTECT, related_name="points", verbose_name="检查表")
    order = models.PositiveSmallIntegerField("顺序", default=0)
    needs_scan = models.BooleanField("要扫码到点", default=False)
    hint = models.CharField("提示", max_length=60, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "巡查点"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["route", "place", "checklist"],
                condition=Q(is_active=True),
                name="point_once_on_route",
                violation_error_message="这条路线上已经有这个点。",
            )
        ]

    def __str__(self):
        return str(self.place)


class Round(Model):
    """One walk along a route, for one occurrence. It is prepared a day ahead with its visits; changes of the route count from the next one."""

    occurrence = models.OneToOneField("platform.Occurrence", models.PROTECT, related_name="round", verbose_name="任务")
    route = models.ForeignKey(Route, models.PROTECT, related_name="rounds", verbose_name="路线")
    points = models.PositiveSmallIntegerField("点数")
    seen = models.PositiveSmallIntegerField("查了", default=0)
    bad = models.PositiveSmallIntegerField("有问题", default=0)
    skipped = models.PositiveSmallIntegerField("没查成", default=0)
    started_at = models.DateTimeField("开始", null=True)
    finished_at = models.DateTimeField("走完", null=True)

    class Meta:
        verbose_name = "巡查"
        ordering = ["-id"]
        indexes = [models.Index(fields=["route", "-id"])]
        constraints = [
            models.CheckConstraint(name="round_has_points", condition=Q(points__gt=0)),
            models.CheckConstraint(name="round_counts", condition=Q(seen__lte=F("points"), bad__lte=F("seen"), skipped__lte=F("seen"))),
            models.CheckConstraint(
                name="round_finished_whole",
                condition=Q(finished_at=None, seen__lt=F("points")) | Q(finished_at__isnull=False, started_at__isnull=False, seen=F("points")),
            ),
        ]

    def __str__(self):
        opens = timezone.localtime(self.occurrence.opens_at)
        return f"{self.route} {opens:%m-%d %H:%M}"


class VisitState(models.TextChoices):
    UNSEEN = "todo", "没查"
    OK = "ok", "正常"
    BAD = "bad", "有问题"
    SKIPPED = "skipped", "没查成"


VISIT_MOVES = {VisitState.UNSEEN: (VisitState.OK, VisitState.BAD, VisitState.SKIPPED)}
VISIT_TONES = {VisitState.UNSEEN: "wait", VisitState.OK: "done", VisitState.BAD: "late", VisitState.SKIPPED: "void"}


class Visit(Model):
    """One point on one round: `items` to be looked at, and once looked at what was found there. Then it is never changed.

    `lines` are {"text", "value", "ok", "note"}. `done_at` is when the server had it; an entry made without network says its own time in the journal.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="visits", verbose_name="巡查")
    point = models.ForeignKey(Point, models.PROTECT, related_name="visits", verbose_name="巡查点")
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")
    order = models.PositiveSmallIntegerField("顺序")
    items = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    state = models.CharField("结果", max_length=7, choices=VisitState, default=VisitState.UNSEEN)
    note = models.CharField("说明", max_length=300, blank=True)
    scanned = models.BooleanField("扫码到点", default=False)
    done_at = models.DateTimeField("时间", null=True)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="谁查的")
    hazard = models.OneToOneField("safety.Hazard", models.PROTECT, null=True, related_name="visit", verbose_name="隐患")

    class Meta:
        verbose_name = "巡查点记录"
        ordering = ["round", "order", "id"]
        indexes = [models.Index(fields=["place", "-id"]), models.Index(fields=["state", "-id"])]
        constraints = [
            models.UniqueConstraint(fields=["round", "point"], name="visit_once"),
            models.CheckConstraint(
                name="visit_whole",
                condition=Q(state="todo", done_at=None, done_by=None) | (~Q(state="todo") & Q(done_at__isnull=False, done_by__isnull=False)),
            ),
            models.CheckConstraint(name="visit_skipped_says_why", condition=~Q(state="skipped") | ~Q(note="")),
            models.CheckConstraint(name="visit_bad_has_hazard", condition=~Q(state="bad") | Q(hazard__isnull=False)),
        ]

    def __str__(self):
        return str(self.place)
